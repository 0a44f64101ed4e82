// A person, found by number or name: history, state, and why they are not dialed; and a list's dry run.
#include <algorithm>
#include <chrono>
#include <map>

#include "base/fold.hpp"
#include "base/wall.hpp"
#include "server/api/rights.hpp"
#include "server/api/views.hpp"
#include "server/store/number_text.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kSearchMin = 3;  // letters or digits
constexpr std::chrono::seconds kSearchMax{3};
constexpr std::size_t kHistoryMax = 100;
constexpr std::size_t kJudgedAtOnce = 2000;  // contacts in one question to the core: about a millisecond

// ---- search
// The digits that a number ends with, however it is written: "+90 (532) 123", "0532 123"; empty: it is no
// number.
std::string digits_of(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
    if ((c < '0' || c > '9') && std::string_view{"+()-. /"}.find(c) == std::string_view::npos) return {};
  }
  const std::size_t first = digits.find_first_not_of('0');  // the trunk prefix, or 00 before a country
  return first == std::string::npos ? std::string{} : digits.substr(first);
}

// Empty: every list; a supervisor those of the campaigns that the supervisor sees.
std::optional<std::vector<base::ListId>> lists_seen(store::Reader& reader, const Asker& who) {
  std::vector<base::ListId> lists;
  if (sees_all(who)) return lists;
  const auto campaigns = reader.campaigns();
  if (!campaigns) return std::nullopt;
  for (const store::CampaignRecord& one : *campaigns)
    if (sees(reader, who, one)) lists.insert(lists.end(), one.lists.begin(), one.lists.end());
  if (lists.empty()) return std::nullopt;
  return lists;
}

js::object with_names(const store::ContactView& contact, const std::vector<store::ListRecord>& lists,
                      const std::vector<store::CampaignRecord>& campaigns) {
  js::object o = render(contact);
  o["list_name"] = "";
  for (const store::ListRecord& list : lists)
    if (list.id == contact.list) o["list_name"] = list.name;
  const auto* campaign = campaign_of(campaigns, contact.list);
  o["campaign"] = campaign ? campaign->name : "";
  return o;
}

Response found(const Service& service, store::Reader& reader, const store::ContactSearch& search) {
  const auto result = reader.find(search);
  const auto lists = reader.lists();
  const auto campaigns = reader.campaigns();
  if (!result) return store_problem(service, result.error());
  if (!lists || !campaigns) return unavailable();
  js::array contacts;
  for (const store::ContactView& one : result->contacts)
    contacts.push_back(with_names(one, *lists, *campaigns));
  return json({{"contacts", std::move(contacts)}, {"complete", result->complete}});
}

void search(Service* s, const Request& request, const Reply& reply) {
  const std::string text = request.text("search");
  store::ContactSearch search;
  search.digits = digits_of(text);
  search.key = text;
  search.folded = base::fold(text);
  if (search.digits.size() < kSearchMin && search.folded.size() < kSearchMin)
    return reply(
        problem(422, "too little to search for", {},
                {{"search", "shorter than three letters or digits", "write more of the name or number"}}));
  const auto limit = number_of(request, "limit", 1, 100, 50, reply);
  if (!limit) return;
  search.limit = *limit;
  const auto lists = lists_seen(*s->reader, request.who);
  if (!lists) return reply(json({{"contacts", js::array{}}, {"complete", true}}));
  search.lists = *lists;
  s->reading([s, search, reply]() mutable {
    auto reader = store::Reader::open(s->store->database());
    if (!reader) return reply(store_problem(*s, reader.error()));
    const auto until = std::chrono::steady_clock::now() + kSearchMax;
    search.go_on = [s, until] { return std::chrono::steady_clock::now() < until && !s->stopping(); };
    reply(found(*s, *reader, search));
  });
}

// ---- one contact
js::value opens(const std::optional<base::WallTime>& at) { return at ? time_json(*at) : js::value(nullptr); }

// The gates that are shut, the contact's own (number "") before those of its numbers.
void add_why(js::object& o, const std::optional<dialer::ContactGate>& gate) {
  js::array why;
  const auto shut = [&](const std::string& number, std::string_view name,
                        const std::optional<base::WallTime>& at) {
    if (name != "ready")
      why.push_back(js::object{{"number", number}, {"gate", name}, {"opens_at", opens(at)}});
  };
  if (!gate) shut({}, "no_campaign", {});
  const bool of_a_number = gate && std::any_of(gate->numbers.begin(), gate->numbers.end(),
                                               [&](const auto& one) { return one.gate == gate->gate; });
  if (gate && !of_a_number) shut({}, gate->gate, gate->opens_at);
  if (gate)
    for (const auto& one : gate->numbers) shut(store::number_text(one.number), one.gate, one.opens_at);
  o["why"] = std::move(why);
  o["dialable"] = gate && gate->gate == "ready";
}

std::optional<js::object> history_of(Service* s, const store::ContactView& contact, const Asker& who) {
  store::AttemptFilter filter;
  filter.contact = contact.id;
  if (!sees_all(who)) filter.supervisor = who.user_id;
  const auto attempts = s->reader->attempts(filter, {}, kHistoryMax);
  const auto codes = code_names(*s->reader);
  const auto notes = s->reader->notes(contact.id);
  const auto lists = s->reader->lists();
  const auto campaigns = s->reader->campaigns();
  const auto agents = s->reader->agents();
  if (!attempts || !codes || !notes || !lists || !campaigns || !agents) return std::nullopt;
  js::array rendered, written;
  for (const store::AttemptView& one : *attempts) rendered.push_back(render(one, *codes));
  // The notes of the attempts that are shown: another team's are not a supervisor's to read.
  for (const store::NoteView& note : *notes)
    if (std::any_of(attempts->begin(), attempts->end(),
                    [&](const store::AttemptView& one) { return one.id == note.attempt; }))
      written.push_back(render(note, *agents));
  js::object o{{"contact", with_names(contact, *lists, *campaigns)},
               {"attempts", std::move(rendered)},
               {"notes", std::move(written)}};
  o["campaign"] = o["contact"].as_object()["campaign"];
  return o;
}

void one_contact(Service* s, const Request& request, const Reply& reply) {
  const auto id = parse_number(request.parts.at("contact"));
  const auto contact = s->reader->contact({id.value_or(0)});
  if (!contact) return reply(store_problem(*s, contact.error()));
  const auto lists = lists_seen(*s->reader, request.who);
  const bool seen =
      *contact && lists &&
      (lists->empty() || std::find(lists->begin(), lists->end(), (*contact)->list) != lists->end());
  if (!seen) return reply(not_found("contact"));
  auto history = history_of(s, **contact, request.who);
  if (!history) return reply(unavailable());
  const bool taken = s->control->ask(
      [reply, id = (*contact)->id, o = std::move(*history)](const control::View& view) mutable {
        add_why(o, view.dialer.judge(id, view.now));
        reply(json(o));
      });
  if (!taken) reply(unavailable());
}

// ---- dry run
// Every contact of a campaign's lists, asked of the core in pieces that it does not notice.
class DryRun : public std::enable_shared_from_this<DryRun> {
 public:
  DryRun(Service* service, store::Reader reader, std::vector<base::ListId> lists, Reply reply)
      : service_(service), reader_(std::move(reader)), lists_(std::move(lists)), reply_(std::move(reply)) {}

  // On the reading thread.
  void next() {
    std::vector<base::ContactId> ids;
    while (ids.empty() && list_ < lists_.size()) {
      const auto read = reader_.contact_ids(lists_[list_], after_, kJudgedAtOnce);
      if (!read) return reply_(store_problem(*service_, read.error()));
      ids = *read;
      if (ids.empty()) {
        ++list_;
        after_ = {};
      }
    }
    if (ids.empty()) return reply_(result());
    after_ = ids.back();
    const bool taken = service_->control->ask([self = shared_from_this(), ids](const control::View& view) {
      for (const base::ContactId id : ids) self->count(view.dialer.judge(id, view.now));
      self->service_->reading([self] { self->next(); });
    });
    if (!taken) reply_(unavailable());
  }

 private:
  struct Blocked {
    std::uint64_t contacts = 0;
    std::optional<base::WallTime> opens_at;
  };
  void count(const std::optional<dialer::ContactGate>& gate) {
    ++contacts_;
    Blocked& one = gates_[gate ? std::string{gate->gate} : "no_campaign"];
    ++one.contacts;
    if (gate && gate->opens_at && (!one.opens_at || *gate->opens_at < *one.opens_at))
      one.opens_at = gate->opens_at;
  }
  Response result() const {
    js::array blocked;
    std::uint64_t dialable = 0;
    for (const auto& [gate, one] : gates_) {
      if (gate == "ready") dialable = one.contacts;
      if (gate != "ready")
        blocked.push_back(
            js::object{{"gate", gate}, {"contacts", one.contacts}, {"opens_at", opens(one.opens_at)}});
    }
    return json({{"contacts", contacts_}, {"dialable", dialable}, {"blocked", std::move(blocked)}});
  }

  Service* service_;
  store::Reader reader_;
  std::vector<base::ListId> lists_;
  Reply reply_;
  std::size_t list_ = 0;
  base::ContactId after_;
  std::uint64_t contacts_ = 0;
  std::map<std::string, Blocked> gates_;
};

void dry_run(Service* s, const Request& request, const Reply& reply) {
  const auto campaigns = s->reader->campaigns();
  if (!campaigns) return reply(store_problem(*s, campaigns.error()));
  const auto* campaign = campaign_named(*campaigns, request.parts.at("campaign"));
  if (!campaign) return reply(not_found("campaign"));
  auto reader = store::Reader::open(s->store->database());
  if (!reader) return reply(store_problem(*s, reader.error()));
  const auto run = std::make_shared<DryRun>(s, std::move(*reader), campaign->lists, reply);
  s->reading([run] { run->next(); });
}

}  // namespace

std::vector<Route> contact_routes(Service* s) {
  return {
      {"GET", "/api/v1/contacts", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { search(s, r, reply); }},
      {"GET", "/api/v1/contacts/{contact}", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { one_contact(s, r, reply); }},
      {"GET", "/api/v1/campaigns/{campaign}/dry-run", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { dry_run(s, r, reply); }},
  };
}

}  // namespace ziptone::api
