// The HTTP interface of a running server: api/openapi.yaml, served.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "phone/destination.hpp"
#include "server/config/settings.hpp"
#include "server/control/control.hpp"
#include "server/metrics/metrics.hpp"
#include "server/store/store.hpp"

namespace ziptone::api {

class Api {
 public:
  struct Parts {
    control::Control* control;
    store::Store* store;
    metrics::Metrics* metrics;
    const phone::DestinationList* destinations;
    const config::Settings* file;             // what stands in the configuration file is changed there
    std::vector<std::string> prompt_folders;  // of the product's own prompts; the last that has one counts
  };
  // Listens at once. The first start of a data directory makes an administrator's token and writes it to
  // DATA/token (0600); the ports in use are written to DATA/api.port and DATA/api.https_port.
  static base::Result<std::unique_ptr<Api>> start(const config::ApiSettings& settings,
                                                  const std::string& data_dir, const Parts& parts);
  ~Api();

  std::uint16_t port() const;
  std::uint16_t https_port() const;  // 0: not served
  // "/setup#SECRET" of the page, while nobody is an administrator at the start; else empty. It is in
  // DATA/setup-link (0600) too.
  const std::string& set_up_path() const;
  // The store thread: rows that have become durable.
  void publish(const control::Control::Rows& rows);
  // The control thread: an agent's voice in the browser ended without being asked.
  void webrtc_failed(base::AgentId agent, const control::WebrtcFailure& failure);
  void stopping();  // /health says so from now on
  void stop();

 private:
  struct State;
  explicit Api(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ziptone::api
