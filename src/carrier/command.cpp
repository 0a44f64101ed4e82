#include "carrier/command.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "carrier/options.hpp"
#include "carrier/robot/options.hpp"

namespace ziptone::carrier {
namespace {

void exit_with(int code) {
  if (code != 0) throw CLI::RuntimeError(code);
}

void add_carrier(CLI::App& app) {
  auto* command =
      app.add_subcommand("carrier", "a synthetic telephone network: real SIP and RTP, people who are not");
  auto o = std::make_shared<Options>();
  command->add_option("--address", o->address, "IP address for SIP and sound")->capture_default_str();
  command->add_option("--port", o->port, "SIP port, UDP and TCP; 0: any free one")->capture_default_str();
  command->add_option("--media-first", o->media_first, "first RTP port; 0: any free ones");
  command->add_option("--media-last", o->media_last, "last RTP port");
  command->add_option("--directory", o->directory_file, "TOML file: who answers which number");
  command->add_option("--mix", o->mix, "shares of personas, as person=35,machine=30,no_answer=20,busy=10");
  command->add_option("--seed", o->seed, "decides who answers in a mix")->capture_default_str();
  command->add_flag("--vary", o->vary, "a number's persona changes from call to call");
  command->add_option("--sounds", o->sounds_folder,
                      "folder that keeps the spoken sounds; made at the first start");
  command->add_option("--message", o->message_file, "WAV of the safe-harbour message, to be recognized");
  command->add_option("--cps", o->cps, "calls a second; over it 503 with Retry-After; 0: no limit");
  command->add_option("--calls", o->calls, "calls at once; over it 503; 0: no limit");
  command->add_option("--retry-after", o->retry_after_s, "seconds, in these 503")->capture_default_str();
  command->add_option("--slow", o->slow_ms, "milliseconds added before every response of a call");
  command->add_flag("--dead", o->dead, "answer nothing");
  command->add_option("--user", o->user, "demand digest authentication with this user");
  command->add_option("--password", o->password, "and this password");
  command->add_flag("--sha256", o->sha256, "challenge with SHA-256 instead of MD5");
  command->add_flag("--registered-only", o->registered_only, "403 to callers that have not registered");
  command->add_option("--log", o->log_file, "JSON lines of all that happened; - for standard output");
  command->add_option("--loss", o->loss, "share of the RTP packets that are lost on their way, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--jitter", o->jitter_ms, "milliseconds that a packet is late at most")
      ->check(CLI::Range(0, 1000));
  command->add_flag("--stats", o->stats, "print counters every second");
  command->add_flag("--commands", o->commands,
                    "read dead, well, slow MS, cps N, calls N, hangup, quit from standard input");
  command->callback([o] { exit_with(run(*o)); });
}

void add_phones(CLI::App& app) {
  auto* command =
      app.add_subcommand("phones", "robot agents' SIP phones: they register, answer, listen and talk");
  auto o = std::make_shared<PhonesOptions>();
  command->add_option("--registrar", o->registrar, "Ziptone's phone listener, as 127.0.0.1:5070")->required();
  command->add_option("--count", o->count, "how many phones")->capture_default_str();
  command->add_option("--first", o->first_user, "user of the first; the others count up")
      ->capture_default_str();
  command->add_option("--password", o->password, "of all of them")->capture_default_str();
  command->add_option("--address", o->address, "own IP address for SIP and sound")->capture_default_str();
  command->add_option("--port", o->port, "own SIP port; 0: any free one")->capture_default_str();
  command->add_option("--expires", o->expires_s, "seconds of a registration")->capture_default_str();
  command->add_option("--talk", o->talk_ms, "milliseconds of a conversation until `done` is reported")
      ->capture_default_str();
  command->add_option("--language", o->language, "tr or en")
      ->capture_default_str()
      ->check(CLI::IsMember({"tr", "en"}));
  command->add_option("--sounds", o->sounds_folder, "folder that keeps the spoken sounds");
  command->add_option("--log", o->log_file, "JSON lines of all that happened; - for standard output");
  command->add_flag("--tcp", o->tcp, "TCP instead of UDP");
  command->callback([o] { exit_with(run_phones(*o)); });
}

}  // namespace

void add_command(CLI::App& app) {
  add_carrier(app);
  add_phones(app);
}

}  // namespace ziptone::carrier
