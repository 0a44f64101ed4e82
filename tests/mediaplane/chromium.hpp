// A headless Chromium, driven over its DevTools pipe (--remote-debugging-pipe: JSON, each message ended by a
// zero byte, on descriptors 3 and 4): neither Node nor a WebSocket is needed.
#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <boost/json.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace ziptone::mediaplane {

class Chromium {
 public:
  static constexpr const char* kPath = "/usr/bin/chromium";

  Chromium() {
    std::string folder = (std::filesystem::temp_directory_path() / "ziptone-chromium-XXXXXX").string();
    profile_ = ::mkdtemp(folder.data());
    int to[2] = {-1, -1};
    int from[2] = {-1, -1};
    EXPECT_EQ(::pipe2(to, O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(from, O_CLOEXEC), 0);
    const auto profile = "--user-data-dir=" + profile_;
    pid_ = ::fork();
    if (pid_ == 0) run(to[0], from[1], profile.c_str());
    ::close(to[0]);
    ::close(from[1]);
    write_ = to[1];
    read_ = from[0];
    const auto target = call("Target.createTarget", {{"url", "about:blank"}});
    if (target.if_contains("targetId") == nullptr) return;
    const auto attached =
        call("Target.attachToTarget", {{"targetId", target.at("targetId")}, {"flatten", true}});
    session_ = attached.at("sessionId").as_string().c_str();
  }
  Chromium(const Chromium&) = delete;
  Chromium& operator=(const Chromium&) = delete;
  ~Chromium() {
    signal(SIGCONT);
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(write_);
    ::close(read_);
    // Its helpers write on for a moment: what can't be removed now is of the system's temporary folder.
    std::error_code ignored;
    std::filesystem::remove_all(profile_, ignored);
  }

  bool is_up() const { return !session_.empty(); }
  // The whole browser: stopped, continued, killed.
  void signal(int what) const { ::kill(-pid_, what); }

  // Evaluates an expression, or the promise that it gives.
  boost::json::value evaluate(const std::string& expression) {
    const auto result = call(
        "Runtime.evaluate",
        {{"expression", expression}, {"awaitPromise", true}, {"returnByValue", true}, {"userGesture", true}});
    const auto* value = result.if_contains("result");
    if (result.if_contains("exceptionDetails") != nullptr || value == nullptr) {
      ADD_FAILURE() << expression << ": " << boost::json::serialize(result);
      return nullptr;
    }
    const auto* plain = value->as_object().if_contains("value");
    return plain == nullptr ? boost::json::value{} : *plain;
  }
  // A page of nothing again, as after a reload.
  void reload() { call("Page.navigate", {{"url", "about:blank#again"}}), call("Page.reload", {}); }

 private:
  [[noreturn]] static void run(int in, int out, const char* profile) {
    ::setpgid(0, 0);
    // Above 3 and 4, so that the one does not close the other.
    in = ::fcntl(in, F_DUPFD, 10);
    out = ::fcntl(out, F_DUPFD, 10);
    ::dup2(in, 3);
    ::dup2(out, 4);
    const int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    ::execl(kPath, kPath, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--remote-debugging-pipe", "--allow-loopback-in-peer-connection",
            "--autoplay-policy=no-user-gesture-required", "--no-first-run", profile, "about:blank", nullptr);
    ::_exit(127);
  }

  boost::json::object call(const std::string& method, boost::json::object parameters) {
    const auto id = ++last_id_;
    boost::json::object message{{"id", id}, {"method", method}, {"params", std::move(parameters)}};
    if (!session_.empty()) message["sessionId"] = session_;
    const auto text = boost::json::serialize(message);
    if (::write(write_, text.c_str(), text.size() + 1) < 0) return {};
    for (auto came = next(); !came.empty(); came = next()) {
      const auto answer = boost::json::parse(came).as_object();
      const auto* of = answer.if_contains("id");
      if (of == nullptr || of->as_int64() != id) continue;
      const auto* result = answer.if_contains("result");
      if (result == nullptr) ADD_FAILURE() << method << ": " << came;
      return result == nullptr ? boost::json::object{} : result->as_object();
    }
    ADD_FAILURE() << method << ": no answer";
    return {};
  }
  std::string next() {
    for (;;) {
      if (const auto end = buffer_.find('\0'); end != std::string::npos) {
        auto message = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return message;
      }
      constexpr int kLongestMs = 60'000;
      pollfd readable{read_, POLLIN, 0};
      char bytes[4096];
      if (::poll(&readable, 1, kLongestMs) <= 0) return {};
      const auto n = ::read(read_, bytes, sizeof bytes);
      if (n <= 0) return {};
      buffer_.append(bytes, static_cast<std::size_t>(n));
    }
  }

  pid_t pid_ = -1;
  int write_ = -1;
  int read_ = -1;
  std::string profile_;
  std::string session_;
  std::string buffer_;
  std::int64_t last_id_ = 0;
};

}  // namespace ziptone::mediaplane
