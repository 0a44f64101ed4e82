// One test a file: every tests/scenario/STAGE/NAME.flow is Stage.Name.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "runner.hpp"

namespace ziptone::scenario {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// "busy_in_classic" -> "BusyInClassic"
std::string pascal(const std::string& name) {
  std::string text;
  bool upper = true;
  for (const char c : name) {
    if (c != '_') text += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '_';
  }
  return text;
}

class Scenario : public ::testing::Test {
 public:
  explicit Scenario(fs::path path) : path_(std::move(path)) {}
  void TestBody() override {
    const std::string file = fs::relative(path_, ZIPTONE_SOURCE).string();
    const std::string fault = run(file, text_of(path_));
    if (!fault.empty()) ADD_FAILURE() << fault;
  }

 private:
  fs::path path_;
};

std::vector<fs::path> all() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(ZIPTONE_SOURCE) / "tests" / "scenario")) {
    if (entry.path().extension() == ".flow") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Before main(): GoogleTest lists and filters them like any other test.
const bool kRegistered = [] {
  for (const fs::path& path : all()) {
    const std::string suite = pascal(path.parent_path().filename().string());
    const std::string name = pascal(path.stem().string());
    ::testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, path.c_str(), 1,
                            [path]() -> Scenario* { return new Scenario(path); });
  }
  return true;
}();

TEST(Scenarios, AreFound) {
  EXPECT_TRUE(kRegistered);
  EXPECT_GE(all().size(), 1U) << "no .flow file under tests/scenario";
}

}  // namespace
}  // namespace ziptone::scenario
