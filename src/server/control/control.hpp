// The thread that owns the core. Everything that happens comes through the mailbox; `now` is taken once a
// wake-up; each step's store effects are submitted as one batch before its world effects are done; people get
// their answer, and watchers their rows, when that batch is durable.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include "dialer/dialer.hpp"
#include "server/control/lines.hpp"
#include "server/control/mailbox.hpp"
#include "server/control/zone_sets.hpp"
#include "server/store/store.hpp"

namespace ziptone::control {

// What a query may read, on the control thread.
struct View {
  const dialer::Dialer& dialer;
  base::Now now;
  const Lines& lines;
  std::uint64_t steps;
  std::uint64_t lost;  // messages that found the mailbox full
};

class Control {
 public:
  using Rows = std::vector<dialer::effect::AppendRow>;
  struct Options {
    // On the store thread, in order, once durable. Must only pass them on.
    std::function<void(const Rows&)> on_rows;
    // On the control thread. Must only pass it on.
    WebrtcFailed on_webrtc_failed;
    // Whether the list of destinations allows the number. On any thread; none: all that were imported.
    std::function<bool(dialer::NumberKey)> may_dial;
  };
  // The mailbox outlives everything that reports into it.
  Control(Lines::Parts parts, dialer::Dialer::Start start, phone::ZoneTable zones, Options options);
  ~Control();  // stop()
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  // Before start(): feeds what the store knew, on the calling thread.
  void feed(const dialer::Event& event);
  void feed_together(std::span<const dialer::Event> events);  // one unit on the disk
  void feed_prompt(base::CampaignId campaign, const std::string& what, const std::string& prompt);
  base::Result<> feed_campaign(const store::CampaignRecord& record, const CampaignSounds& sounds);
  Lines& lines() { return lines_; }

  void start();
  // Any thread. False: the process is too busy; refuse with 503.
  [[nodiscard]] bool tell(dialer::Event event, Answered answered);
  // For what is durable already: taken also when the process is too busy for new work.
  void insist(dialer::Event event, Answered answered);
  [[nodiscard]] bool ask(std::function<void(const View&)> read);
  [[nodiscard]] bool campaign_written(store::CampaignRecord record, CampaignSounds sounds, Samples message,
                                      Answered answered);
  // The SIP side's carriers and phones, all of them; any thread. False: it has ended.
  bool set_trunks(std::vector<signalling::TrunkConfig> trunks) {
    return lines_.tell(signalling::SetTrunks{std::move(trunks)});
  }
  bool set_phones(std::vector<signalling::PhoneConfig> phones) {
    return lines_.tell(signalling::SetPhones{std::move(phones)});
  }
  // The sound of a prompt, for what begins later; any thread, and before start().
  void load_prompt(const std::string& id, const Samples& samples) { lines_.load_prompt(id, samples); }
  [[nodiscard]] bool prompt_changed(base::CampaignId campaign, std::string what, std::string prompt,
                                    Answered answered);
  [[nodiscard]] bool entry_point_written(store::EntryPointRecord record, Answered answered);
  void list_imported(base::ListId list);
  // A browser's offer to be the voice path of an agent whose leg mode is webrtc; each replaces the earlier
  // one. The path is used from when the core calls the agent's leg, before or after this.
  [[nodiscard]] bool offer_webrtc(base::AgentId agent, std::string sdp, WebrtcAnswered answered);

  // Nothing new is dialed; waits for the calls to end by themselves, at most `limit`, then ends them; then
  // the thread ends. The states of campaigns stay as they are: the next start goes on.
  void stop(base::Duration limit);
  bool store_failed() const { return store_failed_.load(); }

 private:
  void run();
  void handle(message::Command& command);
  void handle(message::Query& query);
  void handle(message::AttemptsDurable& durable);
  void handle(message::StoreFailed& failed);
  void handle(message::ContactsRead& read);
  void handle(message::ListTaken& taken);
  void handle(message::ListImported& imported);
  void handle(message::CampaignWritten& written);
  void handle(message::PromptChanged& changed);
  void handle(message::EntryPointWritten& written);
  void handle(message::OfferWebrtc& offer) { lines_.offer_webrtc(offer.agent, offer.sdp, offer.answered); }
  void handle(message::Drain&) {
    draining_ = true;
    lines_.hold_back(true);
  }
  void handle(message::Stop&) { stopped_ = true; }
  void handle(signalling::Report& report) { lines_.hear(report.event); }
  void handle(mediaplane::Report& report) { lines_.hear(report); }

  void step(const dialer::Event& event) { step_together({&event, 1}); }
  void step_together(std::span<const dialer::Event> events);
  void judge_destinations(dialer::event::ContactsLoaded& loaded) const;
  void settle();  // steps the events that effects and reports led to, until none is left
  void submit(std::vector<dialer::Effect>& effects);
  void answer(dialer::Ticket ticket, Answer answer);
  void read_contacts(const store::CampaignRecord& record, store::ContactCursor cursor);
  void withdraw(base::CampaignId campaign, base::ListId list, base::ContactId after);
  void mind_the_pressure();
  void wait_until(const std::function<bool(const View&)>& condition, base::Duration limit);

  Mailbox& mailbox_;
  store::Store& store_;
  Lines lines_;
  Options options_;
  dialer::Dialer dialer_;
  ZoneSets zone_sets_;
  base::Now now_{};
  std::vector<dialer::Effect> effects_;
  std::unordered_map<dialer::Ticket, Answered> waiting_;
  std::unordered_map<base::CampaignId, store::CampaignRecord> campaigns_;
  dialer::Ticket next_ticket_ = 1;
  std::uint64_t steps_ = 0;
  bool draining_ = false;
  bool stopped_ = false;
  std::atomic<bool> store_failed_{false};
  std::thread thread_;
};

}  // namespace ziptone::control
