#include "runner.hpp"

#include <deque>
#include <optional>

#include "checks.hpp"
#include "steps.hpp"
#include "wording.hpp"

namespace ziptone::scenario {
namespace {

class Runner {
 public:
  void read(int number, std::string_view text) {
    Words line(number, text);
    if (line.empty()) return;
    if (line.take_if("----")) {
      line.end();
      if (world_) line.refuse("a second ----");
      complete(setting_);
      world_.emplace(std::move(setting_));
    } else if (!world_) {
      read_setting(setting_, line);
    } else if (Words first = line; is_check_word(first.take(""))) {
      if (step_ == 0) line.refuse("nothing has happened yet that could be checked");
      check(*world_, unnamed_, line);
    } else {
      finish_step(number);
      step(number, text, line);
    }
  }
  void finish(int last) {
    if (!world_) throw Fault{last, "the file has no line ----"};
    if (step_ == 0) throw Fault{last, "the story has no step"};
    finish_step(last);
  }

  // The step that the fault belongs to, with all that came of it.
  std::string context() const {
    if (step_ == 0 || !world_) return "";
    std::string text = "\n  the step was line " + std::to_string(step_) + ": " + step_text_;
    for (const dialer::Effect& effect : world_->seen) {
      for (const std::string& line : wording(*world_, effect)) text += "\n    expect " + line;
    }
    return text;
  }

 private:
  void step(int number, std::string_view text, Words& line) {
    step_ = number;
    step_text_ = text.substr(0, text.find('#'));
    step_text_.erase(step_text_.find_last_not_of(' ') + 1);
    world_->seen.clear();
    play(*world_, line);
    for (const dialer::Effect& effect : world_->seen) {
      for (std::string& one : wording(*world_, effect)) unnamed_.push_back(std::move(one));
    }
  }
  void finish_step(int line) {
    if (unnamed_.empty()) return;
    const std::string first = unnamed_.front();
    throw Fault{line,
                "no line above names '" + first + "'" +
                    (unnamed_.size() > 1 ? " and " + std::to_string(unnamed_.size() - 1) + " more" : "")};
  }

  Setting setting_;
  std::optional<World> world_;
  std::deque<std::string> unnamed_;
  int step_ = 0;
  std::string step_text_;
};

}  // namespace

std::string run(std::string_view file, std::string_view text) {
  Runner runner;
  int line = 0;
  try {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      runner.read(++line, text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    runner.finish(line);
  } catch (const Fault& fault) {
    return std::string(file) + ":" + std::to_string(fault.line) + ": " + fault.text + runner.context();
  }
  return "";
}

}  // namespace ziptone::scenario
