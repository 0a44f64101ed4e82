#include "server/store/import/rows.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.hpp"

namespace ziptone::store::csv {
namespace {

constexpr std::size_t kChunk = 256 * 1024;
// How far a closing quote is looked for; memory for one row never exceeds twice this.
constexpr std::size_t kLookahead = 16 * 1024 * 1024;
constexpr std::array kDelimiters{',', ';', '\t', '|'};

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// The delimiter that a line has most outside quotes; the first of kDelimiters when it has none.
char most_frequent(std::string_view line) {
  std::array<std::size_t, kDelimiters.size()> counts{};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    const auto* const found = std::ranges::find(kDelimiters, c);
    if (found != kDelimiters.end()) ++counts[static_cast<std::size_t>(found - kDelimiters.begin())];
  }
  return kDelimiters[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// Not longer than kRowText, whole characters only.
std::string_view cut(std::string_view text) {
  if (text.size() <= kRowText) return text;
  std::size_t end = kRowText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

RowReader::RowReader(ReadBytes read, Format format, Limits limits)
    : read_(std::move(read)),
      decoder_(format.encoding),
      limits_(limits),
      delimiter_(format.delimiter),
      bytes_(kChunk) {}

// Drops what was consumed and reads until the text has grown by its own size, so that a long row is scanned a
// few times only.
base::Result<> RowReader::fill() {
  text_.erase(0, start_);
  start_ = 0;
  const std::size_t wanted = text_.size() + std::max(kChunk, text_.size());
  while (!ended_ && text_.size() < wanted) {
    const auto count = read_(bytes_);
    if (!count) return tl::unexpected(count.error());
    ended_ = *count == 0;
    decoder_.decode({bytes_.data(), *count}, ended_, text_);
  }
  return {};
}

// Chooses the delimiter; "sep=;" as first line is a spreadsheet's way to name it.
base::Result<> RowReader::begin() {
  begun_ = true;
  if (auto filled = fill(); !filled) return filled;
  const std::size_t end = std::min(line_end(0), text_.size());
  const std::string_view first = without_line_end(std::string_view(text_).substr(0, end));
  if (first.size() == 5 && first.starts_with("sep=")) {
    if (delimiter_ == 0) delimiter_ = first[4];
    advance(end);
  }
  if (delimiter_ == 0) delimiter_ = most_frequent(first);
  return {};
}

base::Result<bool> RowReader::next(Row& row) {
  if (!begun_) {
    if (auto ready = begin(); !ready) return tl::unexpected(ready.error());
  }
  for (;;) {
    row.fields.clear();
    row.fault = RowFault::none;
    row.fault_field = 0;
    row.line = line_;
    switch (scan()) {
      case Scan::row:
        if (start_ == text_.size()) return false;
        if (without_line_end(std::string_view(text_).substr(start_, end_ - start_)).empty()) {
          advance(end_);
          continue;
        }
        give_fields(row);
        return true;
      case Scan::broken_quote:
        give_first_line(row);
        return true;
      case Scan::incomplete_plain:
        if (text_.size() - start_ > limits_.row_bytes) {
          if (auto given = give_long_line(row); !given) return tl::unexpected(given.error());
          return true;
        }
        break;
      case Scan::incomplete_quoted:
        if (text_.size() - start_ > kLookahead) {
          give_first_line(row);
          return true;
        }
        break;
    }
    if (auto filled = fill(); !filled) return tl::unexpected(filled.error());
  }
}

RowReader::Scan RowReader::scan() {
  pieces_.clear();
  unescaped_.clear();
  at_ = start_;
  for (;;) {
    Piece piece{at_, 0, false};
    if (at_ < text_.size() && text_[at_] == '"') {
      Scan stopped = Scan::row;
      if (!scan_quoted(piece, stopped)) return stopped;
    } else {
      const char* const begin = text_.data() + at_;
      const char* const end = text_.data() + text_.size();
      const char* const stop =
          std::find_if(begin, end, [this](char c) { return c == delimiter_ || is_line_end(c); });
      piece.length = static_cast<std::size_t>(stop - begin);
      at_ += piece.length;
    }
    if (at_ == text_.size() && !ended_) return Scan::incomplete_plain;
    // A row of nothing but delimiters must not fill the memory: one piece above the limit tells.
    if (pieces_.size() <= limits_.fields) pieces_.push_back(piece);
    if (at_ < text_.size() && !is_line_end(text_[at_])) {
      ++at_;
      continue;
    }
    end_ = at_ == text_.size() ? at_ : line_end(at_);
    return end_ == std::string::npos ? Scan::incomplete_plain : Scan::row;
  }
}

// From an opening quote behind its closing one. False when it stopped before.
bool RowReader::scan_quoted(Piece& piece, Scan& stopped) {
  const std::size_t unescaped_from = unescaped_.size();
  std::size_t from = at_ + 1;
  for (;;) {
    const std::size_t quote = text_.find('"', from);
    const bool at_end = quote == std::string::npos || quote + 1 == text_.size();
    if (at_end && !ended_) {
      stopped = Scan::incomplete_quoted;
      return false;
    }
    if (quote == std::string::npos) {
      stopped = Scan::broken_quote;
      return false;
    }
    if (!at_end && text_[quote + 1] == '"') {  // a doubled quote: one character
      piece.unescaped = true;
      unescaped_.append(text_, from, quote + 1 - from);
      from = quote + 2;
      continue;
    }
    if (!at_end && text_[quote + 1] != delimiter_ && !is_line_end(text_[quote + 1])) {
      stopped = Scan::broken_quote;
      return false;
    }
    if (piece.unescaped) {
      unescaped_.append(text_, from, quote - from);
      piece.begin = unescaped_from;
      piece.length = unescaped_.size() - unescaped_from;
    } else {
      piece.begin = from;
      piece.length = quote - from;
    }
    at_ = quote + 1;
    return true;
  }
}

// Behind the first line end at or after `from`; npos when it is not here yet. At the end of the file: its
// size.
std::size_t RowReader::line_end(std::size_t from) const {
  const std::size_t at = text_.find_first_of("\r\n", from);
  if (at == std::string::npos) return ended_ ? text_.size() : std::string::npos;
  if (text_[at] == '\n') return at + 1;
  if (at + 1 == text_.size()) return ended_ ? at + 1 : std::string::npos;  // CR, and perhaps LF
  return text_[at + 1] == '\n' ? at + 2 : at + 1;
}

// Consumes up to `end`, counting lines.
void RowReader::advance(std::size_t end) {
  const std::string_view text = std::string_view(text_).substr(start_, end - start_);
  line_ += static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] != '\n') ++line_;
  }
  start_ = end;
}

void RowReader::give_text(Row& row, std::string_view text) {
  row.text = cut(without_line_end(text));
  if (row.text.find(kNotText) == std::string_view::npos) return;
  if (row.fault == RowFault::none) row.fault = RowFault::not_text;
  std::string shown;
  for (const char c : row.text) {
    if (c == kNotText) {
      base::append_utf8(shown, 0xFFFD);
    } else {
      shown += c;
    }
  }
  shown_ = std::move(shown);
  row.text = cut(shown_);
}

void RowReader::give_fields(Row& row) {
  for (const Piece& piece : pieces_)
    row.fields.emplace_back((piece.unescaped ? unescaped_ : text_).data() + piece.begin, piece.length);
  const std::string_view text = std::string_view(text_).substr(start_, end_ - start_);
  if (row.fields.size() > limits_.fields) row.fault = RowFault::too_many_fields;
  if (text.size() > limits_.row_bytes) row.fault = RowFault::row_too_long;
  for (std::size_t i = 0; i < row.fields.size() && row.fault == RowFault::none; ++i) {
    const bool too_long = row.fields[i].size() > limits_.field_bytes;
    if (!too_long && row.fields[i].find(kNotText) == std::string_view::npos) continue;
    row.fault = too_long ? RowFault::field_too_long : RowFault::not_text;
    row.fault_field = i;
  }
  give_text(row, text);
  advance(end_);
}

void RowReader::give_first_line(Row& row) {
  row.fault = RowFault::open_quote;
  row.fault_field = pieces_.size();
  const std::size_t end = std::min(line_end(start_), text_.size());
  give_text(row, std::string_view(text_).substr(start_, end - start_));
  advance(end);
}

// A line without end: reads past it without keeping it.
base::Result<> RowReader::give_long_line(Row& row) {
  row.fault = RowFault::row_too_long;
  shown_ = cut(std::string_view(text_).substr(start_));
  std::ranges::replace(shown_, kNotText, '?');
  std::size_t end = line_end(start_);
  while (end == std::string::npos) {
    // A CR that ends the piece may be the first half of CRLF.
    advance(text_.ends_with('\r') ? text_.size() - 1 : text_.size());
    if (auto filled = fill(); !filled) return filled;
    end = line_end(start_);
  }
  advance(end);
  row.text = shown_;
  return {};
}

}  // namespace ziptone::store::csv
