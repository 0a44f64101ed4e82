#include "server/api/guide_report.hpp"

#include "base/wall.hpp"
#include "server/api/service.hpp"
#include "server/guide/document.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

constexpr std::size_t kAtOnce = 500;

// Calls `each` with every attempt's answers, in their order.
template <class Each>
base::Result<> each_answers(store::Reader& reader, const store::GuideVersion& version, Each each) {
  base::AttemptId after;
  for (;;) {
    const auto page = reader.guide_answers_of(version.guide, version.version, after, kAtOnce);
    if (!page) return tl::unexpected{page.error()};
    for (const store::GuideAnswers& one : *page)
      each(one, guide::parse_answers(one.answers).value_or(guide::Answers{}));
    if (page->size() < kAtOnce) return {};
    after = page->back().attempt;
  }
}

template <class Each>
void each_question(const guide::Guide& guide, Each each) {
  for (const guide::QuestionSet& set : guide.sets)
    for (const guide::Question& question : set.questions) each(question);
}

}  // namespace

std::string csv_cell(const std::string& text) {
  std::string cell = text;
  const bool number = !text.empty() && text.find_first_not_of("0123456789.,-") == std::string::npos;
  if (!number && !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos)
    cell.insert(cell.begin(), '\'');
  if (cell.find_first_of(",;\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
  return quoted + "\"";
}

base::Result<Response> answers_csv(store::Reader& reader, const guide::Guide& guide,
                                   const store::GuideVersion& version) {
  const auto agents = reader.agents();
  if (!agents) return tl::unexpected{agents.error()};
  std::string out = "\xEF\xBB\xBF";  // so that a spreadsheet reads UTF-8
  out += "attempt,agent,submitted_at,code";
  each_question(guide, [&](const guide::Question& question) { out += "," + csv_cell(question.id); });
  out += "\r\n";
  const auto done =
      each_answers(reader, version, [&](const store::GuideAnswers& one, const guide::Answers& answers) {
        std::string name;
        for (const store::AgentRecord& agent : *agents)
          if (agent.agent.id == one.agent) name = agent.sign_in;
        const bool submitted = one.submitted_at != base::WallTime{};
        out += std::to_string(one.attempt.value) + "," + csv_cell(name) + "," +
               (submitted ? base::to_iso(one.submitted_at) : std::string{}) + "," + csv_cell(one.code);
        each_question(guide, [&](const guide::Question& question) {
          std::string joined;
          if (const auto at = answers.find(question.id); at != answers.end())
            for (const std::string& text : at->second) joined += (joined.empty() ? "" : "; ") + text;
          out += "," + csv_cell(joined);
        });
        out += "\r\n";
      });
  if (!done) return tl::unexpected{done.error()};
  return Response{200, "text/csv; charset=utf-8", std::move(out)};
}

base::Result<Response> drop_off(store::Reader& reader, const guide::Guide& guide,
                                const store::GuideVersion& version) {
  struct Counts {
    std::uint64_t asked = 0, answered = 0, last = 0;
  };
  std::map<std::string, Counts> counts;
  std::uint64_t submitted = 0, drafts = 0;
  const auto done =
      each_answers(reader, version, [&](const store::GuideAnswers& one, const guide::Answers& answers) {
        const guide::Walk walk = guide::walk(guide, answers);
        for (const std::string& question : walk.path) {
          ++counts[question].asked;
          counts[question].answered += answers.at(question).empty() ? 0 : 1;
        }
        if (one.submitted_at != base::WallTime{}) {
          ++submitted;
          return;
        }
        ++drafts;
        const std::string& stopped = !walk.next.empty() ? walk.next : walk.path.back();
        if (!walk.next.empty() && !walk.again) ++counts[stopped].asked;
        ++counts[stopped].last;
      });
  if (!done) return tl::unexpected{done.error()};
  js::array questions;
  each_question(guide, [&](const guide::Question& question) {
    const Counts& one = counts[question.id];
    questions.push_back(js::object{
        {"id", question.id}, {"asked", one.asked}, {"answered", one.answered}, {"last", one.last}});
  });
  return json(js::object{{"guide", version.guide},
                         {"version", version.version},
                         {"submitted", submitted},
                         {"drafts", drafts},
                         {"questions", std::move(questions)}});
}

}  // namespace ziptone::api
