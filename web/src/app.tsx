import { lazy, Suspense, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { has } from "./api/routes.ts";
import { DeskPage } from "./desk/desk_page.tsx";
import { NewPassword } from "./session/new_password.tsx";
import { useSession } from "./session/session.ts";
import { SignIn } from "./session/sign_in.tsx";
import { Trouble, useErrorText, Waiting } from "./ui/parts.tsx";

// An agent never loads the office's screens.
const Office = lazy(() => import("./office/office.tsx"));
const Setup = lazy(() => import("./session/setup.tsx"));

export function App() {
  const { t } = useTranslation();
  const session = useSession();
  const error_text = useErrorText();
  const was_inside = useRef(false);
  const go = useNavigate();
  const at = useLocation().pathname;

  if (at === "/setup" && has("POST", "/api/v1/setup"))
    return (
      <Suspense fallback={<Waiting />}>
        <Setup onDone={() => void session.refetch().then(() => go("/", { replace: true }))} />
      </Suspense>
    );
  if (session.isPending) return <Waiting label={t("common.loading")} />;
  if (session.isError)
    return (
      <main className="gate">
        <Trouble text={error_text(session.error)} onRetry={() => void session.refetch()} />
      </main>
    );
  const now = session.data;
  if (!now) return <SignIn expired={was_inside.current} onEnter={session.enter} />;

  const leave = () => {
    was_inside.current = false;
    void session.leave();
  };
  if (now.must_change_password)
    return (
      <NewPassword onDone={() => session.enter({ ...now, must_change_password: false })} onLeave={leave} />
    );
  was_inside.current = true;
  if (now.user.agent) return <DeskPage session={now} onLeave={leave} onExpired={session.over} />;
  return (
    <Suspense fallback={<Waiting />}>
      <Office session={now} onLeave={leave} />
    </Suspense>
  );
}
