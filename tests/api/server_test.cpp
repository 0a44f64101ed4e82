// The socket side: who is let in, and a route that speaks with its WebSocket.
#include "server/api/server.hpp"

#include <atomic>
#include <future>
#include <mutex>

#include <gtest/gtest.h>

#include "client.hpp"

namespace ziptone::api {
namespace {

// A route that answers each frame with who said it, and counts those who left.
class Echo {
 public:
  Echo() {
    Route live{"GET", "/live", Rights::signed_in, {}};
    live.stream = true;
    live.live = [this](const Request& request, const std::shared_ptr<Channel>& channel) {
      if (!request.text("flood").empty())
        for (int i = 0; i < 1000; ++i) channel->send(std::string(60000, 'x'));
      channel->send("welcome " + std::to_string(request.who.agent));
      Listener listener;
      listener.heard = [channel](const std::string& text) { channel->send("you said " + text); };
      listener.gone = [this] { gone_.set_value(); };
      return listener;
    };
    ServerOptions options;
    options.may = [this](const std::string& token, const Route*, Request& request) {
      request.who = {"agent", 7, {}};
      return token == "good" && !taken_back ? Verdict::granted : Verdict::refused;
    };
    options.look_again = base::milliseconds{20};
    options.rows = [](std::uint64_t, std::size_t) { return std::vector<RenderedRow>{}; };
    options.last_sequence = [] { return 0; };
    options.routes = {std::move(live)};
    auto started = Server::start(std::move(options));
    if (started) server_ = std::move(*started);
  }
  Server& server() { return *server_; }
  std::atomic<bool> taken_back{false};
  bool left() { return gone_.get_future().wait_for(std::chrono::seconds{10}) == std::future_status::ready; }

 private:
  std::promise<void> gone_;
  std::unique_ptr<Server> server_;
};

TEST(Live, FramesGoBothWaysInTheirOrderAndTheRouteKnowsWhoAsks) {
  Echo echo;
  SocketClient client{echo.server().port(), "/live", "good"};
  ASSERT_TRUE(client.up());
  EXPECT_EQ(client.read(), "welcome 7");
  client.write("one");
  client.write("two");
  EXPECT_EQ(client.read(), "you said one");
  EXPECT_EQ(client.read(), "you said two");
}

TEST(Live, TheRouteHearsThatTheClientLeft) {
  Echo echo;
  {
    SocketClient client{echo.server().port(), "/live", "good"};
    ASSERT_EQ(client.read(), "welcome 7");
  }
  EXPECT_TRUE(echo.left());
}

TEST(Live, AStrangerIsRefusedBeforeTheRouteIsAsked) {
  Echo echo;
  EXPECT_FALSE((SocketClient{echo.server().port(), "/live", "bad"}.up()));
  EXPECT_EQ(http_request(echo.server().port(), "GET", "/live", "good").status, 426);
}

TEST(Live, AClientThatDoesNotReadIsSentAway) {
  Echo echo;
  SocketClient client{echo.server().port(), "/live?flood=1", "good"};
  ASSERT_TRUE(client.up());
  EXPECT_TRUE(echo.left());
}

TEST(Live, AStopTellsTheClient) {
  Echo echo;
  SocketClient client{echo.server().port(), "/live", "good"};
  ASSERT_EQ(client.read(), "welcome 7");
  auto stopping = std::async(std::launch::async, [&] { echo.server().stop(); });
  EXPECT_EQ(client.read(), std::nullopt);
  EXPECT_EQ(client.close_code(), 1001);
  stopping.get();
}

TEST(Live, WhoMayNoLongerIsSentAway) {
  Echo echo;
  SocketClient client{echo.server().port(), "/live", "good"};
  ASSERT_EQ(client.read(), "welcome 7");
  echo.taken_back = true;
  EXPECT_EQ(client.read(), std::nullopt);
  EXPECT_EQ(client.close_code(), 1008);
  EXPECT_TRUE(echo.left());
}

TEST(Origin, IsTheSchemeTheHostAndThePort) {
  for (const bool secure : {false, true}) {
    EXPECT_TRUE(own_origin("https://dialer.example:8443", "dialer.example:8443", secure));
    EXPECT_TRUE(own_origin("https://dialer.example", "dialer.example", secure));
    EXPECT_TRUE(own_origin("https://dialer.example", "dialer.example:443", secure));
    EXPECT_FALSE(own_origin("https://dialer.example", "dialer.example:8443", secure));
    EXPECT_FALSE(own_origin("https://dialer.example.evil", "dialer.example", secure));
    EXPECT_FALSE(own_origin("null", "dialer.example", secure));
    EXPECT_FALSE(own_origin("", "", secure));
  }
  EXPECT_TRUE(own_origin("http://127.0.0.1:8080", "127.0.0.1:8080", false));
  EXPECT_TRUE(own_origin("http://localhost", "localhost:80", false));
  EXPECT_FALSE(own_origin("http://dialer.example", "dialer.example", true)) << "a page that came without TLS";
}

TEST(Later, RunsOnTheApiThread) {
  Echo echo;
  std::promise<void> ran;
  echo.server().post([&] { echo.server().later(base::milliseconds{1}, [&] { ran.set_value(); }); });
  EXPECT_EQ(ran.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready);
}

}  // namespace
}  // namespace ziptone::api
