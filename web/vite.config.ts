import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { contractRoutes, supervisorRoutes } from "./contract_routes.js";

const peer = process.env.ZIPTONE_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  define: {
    __ROUTES__: JSON.stringify(contractRoutes()),
    __SUPERVISOR_ROUTES__: JSON.stringify(supervisorRoutes()),
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // an inlined asset would be a data: address, which the page's policy refuses
    modulePreload: { polyfill: false }, // the polyfill is an inline script
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800, // the agent's whole desktop is one file, loaded once a shift
  },
  // While developing, the page comes from Vite and everything under /api from a server that runs: the Origin that the
  // server compares with is its own, so it is set here.
  server: { proxy: { "/api": { target: peer, ws: true, changeOrigin: true, headers: { Origin: peer } } } },
});
