// Do-not-call: one number by hand, thousands from a file, all of them into one.
#include <fstream>

#include <fmt/format.h>

#include "base/wall.hpp"
#include "server/api/service.hpp"
#include "server/control/clock.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kProblemsMax = 1000;  // told one by one; all are counted
constexpr std::size_t kWrittenAtOnce = 50;  // some tenths of a millisecond of the store's thread
constexpr std::size_t kToldAtOnce = 1000;   // numbers in the core's mailbox at a time
constexpr std::size_t kCsvPiece = 1000;
constexpr std::size_t kCsvMax = std::size_t{64} << 20;

void dnc_list(Service* s, const Request& request, const Reply& reply) {
  Request numbers = request;
  numbers.query.erase("after");
  const auto page = page_of(numbers, {}, reply);
  if (!page) return;
  const auto entries = s->reader->dnc(request.text("after"), page->limit);
  if (!entries) return reply(store_problem(*s, entries.error()));
  js::array rendered;
  for (const store::DncView& d : *entries)
    rendered.push_back(js::object{{"number", d.e164}, {"source", d.source}, {"at", time_json(d.at)}});
  reply(json(rendered));
}

// Durable first, then the core; the answer after both. The core hears of it however busy it is, and of a
// removal even when the store had none: what the two know must not differ.
template <class Event>
void dnc_change(Service* s, const Request& request, const Reply& reply) {
  const auto number = phone::from_e164(request.parts.at("number"));
  if (!number)
    return reply(
        problem(422, "this is no number", {}, {{"number", number.error().what, "write +905321234567"}}));
  constexpr bool kAdd = std::is_same_v<Event, dialer::event::DncAdded>;
  s->store->write<bool>(
      [text = phone::to_e164(*number), at = control::wall_now()](store::sqlite::Connection& db) {
        return kAdd ? store::add_dnc(db, text, "person", at) : store::remove_dnc(db, text);
      },
      [s, reply, key = number->packed](base::Result<bool> changed) {
        if (!changed) return reply(store_problem(*s, changed.error()));
        bool absent = !kAdd && !*changed;  // not const: clang would have it known without a capture
        s->control->insist(Event{key},
                           [reply, absent, told = answer_with(reply)](const control::Answer& answer) {
                             if (absent) return reply(not_found("do-not-call entry"));
                             told(answer);
                           });
      });
}

// ---- from a file
// The first column of a line: up to a comma, semicolon or tab, without quote marks and a byte order mark.
std::string first_column(std::string line) {
  if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  if (line.ends_with('\r')) line.pop_back();
  line = line.substr(0, line.find_first_of(",;\t"));
  std::erase(line, '"');
  const std::size_t first = line.find_first_not_of(' ');
  return first == std::string::npos ? std::string{}
                                    : line.substr(first, line.find_last_not_of(' ') - first + 1);
}

// Numbers of a file on their way: read, told to the core, then written in slices behind everything that
// dials. A long list is no longer dialed seconds after it was sent, while its writing may take minutes;
// should that fail, the answer says so and the core bars the numbers all the same until it is started again.
class DncImport : public std::enable_shared_from_this<DncImport> {
 public:
  DncImport(Service* service, phone::Country country, Reply reply)
      : service_(service), country_(country), reply_(std::move(reply)), at_(control::wall_now()) {}

  // On the import thread.
  void run(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    std::string line;
    for (std::uint64_t number = 1; std::getline(in, line); ++number) take(number, first_column(line));
    if (!in.eof()) return reply_(problem(503, "the upload can't be read"));
    service_->post([self = shared_from_this()] { self->tell_some(); });
  }

 private:
  void take(std::uint64_t line, const std::string& text) {
    if (text.empty()) return;
    const bool head = line == 1 && text.find_first_of("0123456789") == std::string::npos;
    if (head) return;
    ++read_;
    if (const auto number = phone::parse(text, country_)) {
      numbers_.push_back(*number);
      return;
    } else {
      ++bad_;
      if (problems_.size() < kProblemsMax)
        problems_.push_back(
            js::object{{"line", line}, {"what", number.error().what}, {"mend", number.error().mend}});
    }
  }
  base::Result<bool> write_some(store::sqlite::Connection& db) {
    for (std::size_t i = 0; i < kWrittenAtOnce && written_ < numbers_.size(); ++i, ++written_) {
      const auto fresh = store::add_dnc(db, phone::to_e164(numbers_[written_]), "import", at_);
      if (!fresh) return tl::unexpected{fresh.error()};
      if (*fresh) ++added_;
    }
    return written_ == numbers_.size();
  }
  // On the api thread.
  void tell_some() {
    if (told_ == numbers_.size()) return write();
    const std::size_t end = std::min(told_ + kToldAtOnce, numbers_.size());
    for (; told_ < end; ++told_) {
      const bool last = told_ + 1 == end;
      service_->control->insist(dialer::event::DncAdded{numbers_[told_].packed},
                                [self = shared_from_this(), last](const control::Answer&) {
                                  if (last) self->service_->post([self] { self->tell_some(); });
                                });
    }
  }
  void write() {
    service_->store->write_later(
        [self = shared_from_this()](store::sqlite::Connection& db) { return self->write_some(db); },
        [self = shared_from_this()](const base::Result<>& written) {
          self->reply_(written ? self->report() : store_problem(*self->service_, written.error()));
        });
  }
  Response report() {
    return json({{"read", read_},
                 {"added", added_},
                 {"already", numbers_.size() - added_},
                 {"bad", bad_},
                 {"problems", std::move(problems_)}});
  }

  Service* service_;
  phone::Country country_;
  Reply reply_;
  base::WallTime at_;
  std::vector<phone::Number> numbers_;
  js::array problems_;
  std::uint64_t read_ = 0, bad_ = 0, added_ = 0;
  std::size_t written_ = 0, told_ = 0;
};

void dnc_import(Service* s, const Request& request, const Reply& reply) {
  const std::string text = request.text("country");
  const auto country = phone::parse_country(text);
  if (!country)
    return reply(problem(422, "a parameter names nothing", {},
                         {{"country", country.error().what, "write its two letters, TR say"}}));
  const auto import = std::make_shared<DncImport>(s, *country, reply);
  s->in_background([import, path = request.body_file] { import->run(path); });
}

// ---- to a file
Response csv_of(const Service& service, store::Reader& reader) {
  Response response{200, "text/csv; charset=utf-8", "number,source,at\r\n"};
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"do_not_call.csv\"");
  std::string after;
  while (response.body.size() < kCsvMax) {
    const auto piece = reader.dnc(after, kCsvPiece);
    if (!piece) return store_problem(service, piece.error());
    for (const store::DncView& one : *piece)
      response.body += fmt::format("{},{},{}\r\n", one.e164, one.source, base::to_iso(one.at));
    if (piece->size() < kCsvPiece) return response;
    after = piece->back().e164;
  }
  return problem(422, "the list is larger than one file takes: read it in pages, GET /api/v1/dnc");
}

void dnc_csv(Service* s, const Reply& reply) {
  s->reading([s, reply] {
    auto reader = store::Reader::open(s->store->database());
    reply(reader ? csv_of(*s, *reader) : store_problem(*s, reader.error()));
  });
}

}  // namespace

std::vector<Route> dnc_routes(Service* s) {
  Route import{"POST", "/api/v1/dnc/import", Rights::administrator,
               [s](const Request& r, const Reply& reply) { dnc_import(s, r, reply); }};
  import.upload = true;
  return {
      {"GET", "/api/v1/dnc", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { dnc_list(s, r, reply); }},
      {"GET", "/api/v1/dnc.csv", Rights::administrator,
       [s](const Request&, const Reply& reply) { dnc_csv(s, reply); }},
      std::move(import),
      {"PUT", "/api/v1/dnc/{number}", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { dnc_change<dialer::event::DncAdded>(s, r, reply); }},
      {"DELETE", "/api/v1/dnc/{number}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { dnc_change<dialer::event::DncRemoved>(s, r, reply); }},
  };
}

}  // namespace ziptone::api
