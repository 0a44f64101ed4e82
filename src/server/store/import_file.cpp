#include "server/store/import_file.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "phone/zone.hpp"

namespace ziptone::store {
namespace {

// RFC 8259 7: quotes, backslashes and control characters are escaped; the rest is UTF-8 as it came.
void append_json(std::string& to, std::string_view text) {
  to += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(to), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      to += c;
    }
  }
  to += '"';
}

std::string json_object(const std::vector<csv::ContactField>& fields) {
  std::string text = "{";
  for (const csv::ContactField& field : fields) {
    if (text.size() > 1) text += ',';
    append_json(text, field.name);
    text += ':';
    append_json(text, field.value);
  }
  return text + "}";
}

std::string zones_text(phone::ZoneId own, phone::Number number) {
  if (own) return std::string(phone::zone_name(own));
  std::string text;
  for (const phone::ZoneId zone : phone::zones_of(number)) {
    if (!text.empty()) text += ',';
    text += phone::zone_name(zone);
  }
  return text;
}

ImportContact contact_of(const csv::ImportRow& row) {
  ImportContact contact;
  contact.line = row.line;
  contact.key = row.contact.key;
  contact.name = row.contact.name;
  // The language has no place of its own yet: it is a field like the others.
  auto fields = row.contact.fields;
  const auto is_language = [](const csv::ContactField& field) { return field.name == "language"; };
  if (!row.contact.language.empty() && std::none_of(fields.begin(), fields.end(), is_language))
    fields.push_back({"language", row.contact.language});
  contact.fields = json_object(fields);
  contact.numbers.reserve(row.contact.numbers.size());
  for (const csv::ContactNumber& one : row.contact.numbers) {
    ImportNumber number;
    number.e164 = phone::to_e164(one.number);
    number.zones = zones_text(row.contact.zone, one.number);
    number.type = phone::name_of(phone::type_of(one.number));
    if (!one.verdict.allowed()) number.barred = phone::name_of(one.verdict.refusal);
    number.country = phone::country_of(one.number).text();
    contact.numbers.push_back(std::move(number));
  }
  return contact;
}

ImportProblem problem_of(const csv::ImportRow& row, ImportProblem::Kind kind, const csv::Problem& problem) {
  return {kind, row.line, problem.column, problem.what, problem.mend, std::string(row.text)};
}

base::Result<> put(ImportSink& sink, const csv::ImportRow& row) {
  using Kind = ImportProblem::Kind;
  base::Result<> done;
  if (row.kind == csv::ImportRow::Kind::contact) {
    done = sink.add(contact_of(row));
    for (const auto& problem : row.problems)
      if (done) done = sink.remark(problem_of(row, Kind::warning, problem));
    return done;
  }
  if (row.kind == csv::ImportRow::Kind::duplicate) {
    return sink.reject(problem_of(row, Kind::duplicate,
                                  {"key", fmt::format("the same contact stands in line {}", row.first_line),
                                   "remove one of the rows"}));
  }
  // One bad row is counted once, however much is wrong with it.
  for (std::size_t i = 0; done && i < row.problems.size(); ++i) {
    auto problem = problem_of(row, Kind::bad, row.problems[i]);
    done = i == 0 ? sink.reject(std::move(problem)) : sink.remark(std::move(problem));
  }
  return done;
}

}  // namespace

base::Result<ImportReport> import_file(Store& store, ListId list, const std::string& file,
                                       csv::ReadBytes read, csv::ImportOptions options, WallTime now) {
  csv::ContactReader reader(std::move(read), std::move(options));
  if (auto opened = reader.open(); !opened) return tl::unexpected(opened.error());
  auto sink = ImportSink::open(store, list, file, now);
  if (!sink) return tl::unexpected(sink.error());
  csv::ImportRow row;
  for (;;) {
    const auto more = reader.next(row);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (auto written = put(*sink, row); !written) return tl::unexpected(written.error());
  }
  auto counts = sink->finish();
  if (!counts) return tl::unexpected(counts.error());
  return ImportReport{sink->import_id(), *counts, reader.totals()};
}

}  // namespace ziptone::store
