#include "server/store/import/contacts.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/store/import/text.hpp"

namespace ziptone::store::csv {
namespace {

// What a cell shows: without blanks around it, and ="0532" as 0532.
std::string_view shown(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.size() >= 3 && cell.starts_with("=\"") && cell.ends_with('"'))
    cell = trimmed(cell.substr(2, cell.size() - 3));
  return cell;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Roughly RFC 5646: letters, digits and dashes.
bool language_tag(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return text.size() >= 2 && text.size() <= 35 && std::ranges::all_of(text, fits);
}

Problem fault_problem(const Row& raw, std::string column, const Limits& limits) {
  switch (raw.fault) {
    case RowFault::open_quote:
      return {std::move(column), "a quote opens and does not close where the field ends",
              "double every quote inside a field and close the field with one"};
    case RowFault::field_too_long:
      return {std::move(column), fmt::format("longer than {} bytes", limits.field_bytes),
              "shorten the field"};
    case RowFault::row_too_long:
      return {{},
              fmt::format("the row is longer than {} bytes", limits.row_bytes),
              "shorten it, or close an open quote"};
    case RowFault::too_many_fields:
      return {{}, fmt::format("the row has more than {} fields", limits.fields), "check the delimiter"};
    case RowFault::not_text:
      return {std::move(column), "bytes that are no letters in the file's encoding",
              "name the encoding, or save as UTF-8"};
    case RowFault::none:
      break;
  }
  return {};
}

std::string reason(const base::Error& error) {
  return error.where.empty() ? error.what : error.what + " (" + error.where + ")";
}

}  // namespace

ContactReader::ContactReader(ReadBytes read, ImportOptions options)
    : options_(std::move(options)), rows_(std::move(read), options_.format, options_.limits) {}

base::Result<> ContactReader::open() {
  const auto found = rows_.next(raw_);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return base::error("the file is empty", {}, "export it again, with a header line");
  if (raw_.fault != RowFault::none) {
    const Problem problem = fault_problem(raw_, {}, options_.limits);
    return base::error(problem.what, "header", problem.mend);
  }
  auto columns = options_.has_header ? columns_of(raw_.fields, options_.rules)
                                     : numbered_columns(raw_.fields.size(), options_.rules);
  if (!columns) return tl::unexpected(columns.error());
  columns_ = std::move(*columns);
  has_key_ = std::ranges::count(columns_, Target::key, &Column::target) > 0;
  raw_waits_ = !options_.has_header;
  return {};
}

base::Result<bool> ContactReader::next(ImportRow& row) {
  for (;;) {
    if (!std::exchange(raw_waits_, false)) {
      auto more = rows_.next(raw_);
      if (!more || !*more) return more;
    }
    const bool blank =
        raw_.fault == RowFault::none &&
        std::ranges::all_of(raw_.fields, [](std::string_view cell) { return trimmed(cell).empty(); });
    if (!blank) break;
    ++totals_.blank;
  }
  row.kind = ImportRow::Kind::contact;
  row.line = raw_.line;
  row.first_line = 0;
  row.text = raw_.text;
  row.contact.key = row.contact.name = row.contact.language = {};
  row.contact.zone = {};
  row.contact.numbers.clear();
  row.contact.fields.clear();
  row.problems.clear();
  judge(row);
  ++totals_.rows;
  switch (row.kind) {
    case ImportRow::Kind::contact:
      ++totals_.contacts;
      totals_.warnings += row.problems.size();
      break;
    case ImportRow::Kind::bad:
      ++totals_.bad;
      break;
    case ImportRow::Kind::duplicate:
      ++totals_.duplicates;
      break;
  }
  return true;
}

void ContactReader::judge(ImportRow& row) {
  broken_ = !judge_shape(row);
  if (!broken_) {
    name_.clear();
    const std::size_t known = row.problems.size();
    const std::size_t count = std::min(raw_.fields.size(), columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i)
      read_cell(row, columns_[i], i < count ? shown(raw_.fields[i]) : std::string_view{});
    row.contact.name = name_;
    if (row.contact.numbers.empty()) {
      if (row.problems.size() == known)
        row.problems.push_back({{}, "no telephone number", "write one, or remove the row"});
      broken_ = true;
    }
  }
  if (!broken_) broken_ = !settle_key(row);
  if (broken_) {
    row.kind = ImportRow::Kind::bad;
  } else if (row.kind == ImportRow::Kind::contact) {
    settle_numbers(row);
  }
}

// Is it a row of this file at all? False: bad, and the problem says why.
bool ContactReader::judge_shape(ImportRow& row) {
  if (raw_.fault != RowFault::none) {
    const std::size_t at = raw_.fault_field;
    const bool named = raw_.fault != RowFault::not_text || !raw_.fields.empty();
    row.problems.push_back(fault_problem(
        raw_, named && at < columns_.size() ? columns_[at].name : std::string{}, options_.limits));
    return false;
  }
  const std::size_t fields = raw_.fields.size();
  for (std::size_t i = columns_.size(); i < fields; ++i) {
    if (trimmed(raw_.fields[i]).empty()) continue;
    row.problems.push_back({{},
                            fmt::format("{} fields where the header has {}", fields, columns_.size()),
                            "put fields that hold the delimiter in quotes"});
    return false;
  }
  if (fields < columns_.size()) {
    row.problems.push_back(
        {{},
         fmt::format("{} fields where the header has {}: the others are empty", fields, columns_.size()),
         "check that the row is whole"});
  }
  return true;
}

void ContactReader::read_cell(ImportRow& row, const Column& column, std::string_view cell) {
  const auto complain = [&](std::string what, std::string mend) {
    row.problems.push_back({column.name, std::move(what), std::move(mend)});
  };
  switch (column.target) {
    case Target::field:
      row.contact.fields.push_back({column.label.empty() ? column.name : column.label, cell});
      break;
    case Target::key:
      row.contact.key = cell;
      break;
    case Target::phone:
      read_number(row, column, cell);
      break;
    case Target::name:
      if (!name_.empty() && !cell.empty()) name_ += ' ';
      name_ += cell;
      break;
    case Target::zone:
      if (cell.empty()) break;
      row.contact.zone = phone::find_zone(cell);
      if (!row.contact.zone) {  // a wrong zone rings people at night: the row is not taken
        complain("no such time zone", "write an IANA name such as Europe/Istanbul");
        broken_ = true;
      }
      break;
    case Target::language:
      if (cell.empty() || language_tag(cell)) {
        row.contact.language = cell;
      } else {
        complain("not a language tag: left out", "write tr, en or the like");
      }
      break;
    case Target::ignored:
      break;
  }
}

void ContactReader::read_number(ImportRow& row, const Column& column, std::string_view cell) {
  if (cell.empty()) return;
  const auto complain = [&](std::string what, std::string mend) {
    row.problems.push_back({column.name, std::move(what), std::move(mend)});
  };
  auto& numbers = row.contact.numbers;
  const auto number = phone::parse(cell, options_.default_country);
  if (!number) return complain(reason(number.error()), number.error().mend);
  const auto same = std::ranges::find(numbers, *number, &ContactNumber::number);
  if (same != numbers.end())
    return complain(fmt::format("the same number as in {}: left out", same->column), "remove one of them");
  if (numbers.size() == kMostNumbers)
    return complain(fmt::format("more than {} numbers: left out", kMostNumbers), "keep the best ones");
  ContactNumber& added = numbers.emplace_back(ContactNumber{*number, cell, column.name, column.label, {}});
  if (options_.destinations == nullptr) return;
  added.verdict = phone::allowed(*options_.destinations, *number);
  if (!added.verdict.allowed()) {
    complain(fmt::format("a number that will not be dialed: {}", phone::name_of(added.verdict.refusal)),
             "allow it in the destination list, or correct the number");
  }
}

// Finds the contact's key and whether an earlier row had it. False: it has none that can be kept.
bool ContactReader::settle_key(ImportRow& row) {
  if (!has_key_) {
    key_ = phone::to_e164(row.contact.numbers.front().number);
    row.contact.key = key_;
  }
  const std::string_view key = row.contact.key;
  if (key.empty() || key.size() > kLongestKey || has_control(key)) {
    const auto column = std::ranges::find(columns_, Target::key, &Column::target);
    row.problems.push_back(
        {column->name,
         key.empty()                ? "no key"
         : key.size() > kLongestKey ? "a key that is too long"
                                    : "a line end in the key",
         fmt::format("write what identifies the contact, at most {} bytes on one line", kLongestKey)});
    return false;
  }
  row.first_line = keys_.first_line(key, row.line);
  if (row.first_line == 0) return true;
  row.kind = ImportRow::Kind::duplicate;
  row.problems.clear();
  row.problems.push_back({{},
                          fmt::format("the same {} as line {}: this row is not taken",
                                      has_key_ ? "key" : "number", row.first_line),
                          "remove one of the rows"});
  return true;
}

// Two contacts with one number are taken, since households share telephones; a person should know.
void ContactReader::settle_numbers(ImportRow& row) {
  for (const ContactNumber& number : row.contact.numbers) {
    const std::uint64_t first = numbers_.first_line(number.number.packed, row.line);
    if (first != 0) {
      row.problems.push_back({std::string(number.column), fmt::format("the number is also in line {}", first),
                              "check whether it is the same person"});
    }
  }
}

}  // namespace ziptone::store::csv
