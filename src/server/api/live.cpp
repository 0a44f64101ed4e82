#include "server/api/live.hpp"

#include <chrono>
#include <deque>

#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

namespace ziptone::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;

constexpr std::size_t kRowsAtOnce = 500;
constexpr std::size_t kWatcherBehindMax =
    20000;  // rows; a slower reader is sent away and comes back with ?since=
constexpr std::size_t kFramesBehindMax = 64;  // of a conversation; as above
constexpr std::size_t kFrameMax =
    64 * 1024;  // from a client: an SDP of a browser with all its candidates fits
constexpr std::chrono::seconds kSilenceMax{
    6};  // of a conversation; half of it after the last word comes a ping

// One WebSocket of event rows: first what the database has after `since`, then what comes.
class Watcher : public Socket, public std::enable_shared_from_this<Watcher> {
 public:
  Watcher(Upgrade upgrade, std::uint64_t since)
      : hub_(upgrade.hub),
        place_(std::move(upgrade.place)),
        stream_(std::move(upgrade.stream)),
        route_(upgrade.route),
        request_(std::move(upgrade.request)),
        sent_(since) {
    request_.used = false;
  }

  void start(const http::request<http::empty_body>& request) {
    stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    stream_.read_message_max(4096);
    stream_.async_accept(request, [self = shared_from_this()](error_code failed) {
      if (failed) return;
      self->hub_.sockets.insert(self);
      self->read();
      self->send();
    });
  }
  void publish(const std::vector<RenderedRow>& rows) override {
    if (!caught_up_) return;  // the database has them
    for (const RenderedRow& row : rows) waiting_.push_back(row);
    if (waiting_.size() > kWatcherBehindMax) return close(websocket::close_code::policy_error);
    send();
  }
  bool may_stay() override { return hub_.options.may(request_.token, &route_, request_) == Verdict::granted; }
  void close(websocket::close_code why) override {
    hub_.sockets.erase(shared_from_this());
    if (closing_) return;
    closing_ = true;
    if (!writing_) say_goodbye(why);
    goodbye_ = why;
  }

 private:
  void say_goodbye(websocket::close_code why) {
    stream_.async_close(why, [self = shared_from_this()](error_code) {});
  }
  // Clients say nothing; reading answers pings and notices that they left.
  void read() {
    stream_.async_read(inbox_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) {
        self->hub_.sockets.erase(self);
        return;
      }
      self->inbox_.clear();
      self->read();
    });
  }
  void send() {
    if (writing_ || closing_) return;
    if (waiting_.empty() && !caught_up_) {
      for (RenderedRow& row : hub_.options.rows(sent_, kRowsAtOnce)) waiting_.push_back(std::move(row));
      // Nothing more there: from now on rows come as they become durable, and none was lost in between, since
      // this thread is the one that publishes them.
      caught_up_ = waiting_.empty();
    }
    while (!waiting_.empty() && waiting_.front().sequence <= sent_) waiting_.pop_front();
    if (waiting_.empty()) return;
    writing_ = true;
    stream_.text(true);
    stream_.async_write(asio::buffer(waiting_.front().json),
                        [self = shared_from_this()](error_code failed, std::size_t) {
                          self->writing_ = false;
                          if (failed) {
                            self->hub_.sockets.erase(self);
                            return;
                          }
                          self->sent_ = self->waiting_.front().sequence;
                          self->waiting_.pop_front();
                          if (self->closing_) return self->say_goodbye(self->goodbye_);
                          self->send();
                        });
  }

  Hub& hub_;
  std::unique_ptr<Place> place_;
  websocket::stream<Stream> stream_;
  const Route& route_;
  Request request_;
  beast::flat_buffer inbox_;
  std::deque<RenderedRow> waiting_;
  std::uint64_t sent_;
  bool caught_up_ = false;
  bool writing_ = false;
  bool closing_ = false;
  websocket::close_code goodbye_ = websocket::close_code::normal;
};

// One WebSocket of a route's own: frames both ways.
class Conversation : public Socket, public Channel, public std::enable_shared_from_this<Conversation> {
 public:
  explicit Conversation(Upgrade upgrade)
      : hub_(upgrade.hub),
        place_(std::move(upgrade.place)),
        stream_(std::move(upgrade.stream)),
        route_(upgrade.route),
        request_(std::move(upgrade.request)) {
    request_.used = false;
  }

  void start(const http::request<http::empty_body>& request) {
    auto times = websocket::stream_base::timeout::suggested(beast::role_type::server);
    times.idle_timeout = kSilenceMax;
    stream_.set_option(times);
    stream_.read_message_max(kFrameMax);
    stream_.async_accept(request, [self = shared_from_this()](error_code failed) {
      if (failed) return;
      self->hub_.sockets.insert(self);
      Listener listener = self->route_.live(self->request_, self);
      if (!self->over_)
        self->listener_ = std::move(listener);
      else if (listener.gone)
        listener.gone();  // it was told so much at once that it is sent away already
      self->read();
    });
  }
  void send(std::string text) override {
    if (over_) return;
    waiting_.push_back(std::move(text));
    if (waiting_.size() > kFramesBehindMax) return close(websocket::close_code::policy_error);
    write();
  }
  void publish(const std::vector<RenderedRow>&) override {}
  bool may_stay() override { return hub_.options.may(request_.token, &route_, request_) == Verdict::granted; }
  void close(websocket::close_code why) override {
    if (over_) return;
    const auto self = shared_from_this();
    leave();
    goodbye_ = why;
    if (!writing_) say_goodbye();
  }

 private:
  // The client is gone, or is told to go.
  void leave() {
    if (over_) return;
    over_ = true;
    hub_.sockets.erase(shared_from_this());
    const Listener last = std::exchange(listener_, {});
    if (last.gone) last.gone();
  }
  void say_goodbye() {
    stream_.async_close(goodbye_, [self = shared_from_this()](error_code) {});
  }
  void read() {
    stream_.async_read(inbox_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) return self->leave();
      const std::string text = beast::buffers_to_string(self->inbox_.data());
      self->inbox_.clear();
      if (!self->over_ && self->listener_.heard) self->listener_.heard(text);
      self->read();
    });
  }
  void write() {
    if (writing_ || waiting_.empty()) return;
    writing_ = true;
    stream_.text(true);
    stream_.async_write(asio::buffer(waiting_.front()),
                        [self = shared_from_this()](error_code failed, std::size_t) {
                          self->writing_ = false;
                          if (failed) return self->leave();
                          self->waiting_.pop_front();
                          if (self->over_) return self->say_goodbye();
                          self->write();
                        });
  }

  Hub& hub_;
  std::unique_ptr<Place> place_;
  websocket::stream<Stream> stream_;
  const Route& route_;
  Request request_;
  Listener listener_;
  beast::flat_buffer inbox_;
  std::deque<std::string> waiting_;
  bool writing_ = false;
  bool over_ = false;
  websocket::close_code goodbye_ = websocket::close_code::normal;
};

}  // namespace

void watch(Upgrade upgrade, std::uint64_t since) {
  const auto head = std::move(upgrade.head);
  std::make_shared<Watcher>(std::move(upgrade), since)->start(head);
}

void converse(Upgrade upgrade) {
  const auto head = std::move(upgrade.head);
  std::make_shared<Conversation>(std::move(upgrade))->start(head);
}

}  // namespace ziptone::api
