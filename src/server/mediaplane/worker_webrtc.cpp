// Browsers' legs: one socket for them all, told apart by the ufrag of their checks and then by the addresses
// that those proved (RFC 8445, RFC 7983). Behind that a packet's path is that of any leg.
#include "media/rtp.hpp"
#include "server/mediaplane/worker.hpp"

namespace ziptone::mediaplane {

// The first offer, or one that replaces an earlier one.
void Worker::on(SetBrowser& c) {
  auto* leg = find(c.leg);
  if (leg == nullptr) return;
  std::vector<Endpoint> earlier;
  if (leg->browser != nullptr) {
    earlier.assign(leg->browser->proven().begin(), leg->browser->proven().end());
    c.browser->take_over(*leg->browser);
    forget_browser(*leg);
  }
  leg->browser = std::move(c.browser);
  leg->agree(std::move(c.media));
  by_ufrag_[leg->browser->ufrag()] = leg;
  leg->lost = false;
  leg->unheard = {};
  aim(*leg);
  if (leg->browser->srtp() != nullptr) {
    // An ICE restart: the sound goes on where it was until a check shows the new way.
    for (const auto& from : earlier) by_address_[from] = leg;
    return;
  }
  leg->secure = leg->locked = false;
  // The page that was heard is gone; the new one is heard in a second or two. The contact gets music until
  // then.
  if (leg->peer != nullptr && leg->reception.received() > 0) fell_silent(*leg);
}

void Worker::forget_browser(Leg& leg) {
  if (leg.browser == nullptr) return;
  by_ufrag_.erase(leg.browser->ufrag());
  std::erase_if(by_address_, [&](const auto& known) { return known.second == &leg; });
}

void Worker::aim(Leg& leg) {
  leg.to = leg.browser->destination().value_or(Endpoint{});
  leg.to_address = to_socket_address(leg.to);
}

void Worker::on_shared(const Received& received) {
  if (webrtc::is_stun(received.bytes)) return on_check(received);
  const auto known = by_address_.find(received.from);
  if (known == by_address_.end()) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  auto& leg = *known->second;
  if (!webrtc::is_dtls(received.bytes)) return on_secured(leg, received);
  leg.browser->on_dtls(received.bytes, received.from, send_now_);
  mind_browser(leg);
}

void Worker::on_check(const Received& received) {
  const auto message = webrtc::parse_stun(received.bytes);
  const auto known = message ? by_ufrag_.find(webrtc::local_ufrag(message->username)) : by_ufrag_.end();
  if (known == by_ufrag_.end()) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  auto& leg = *known->second;
  const auto checked = leg.browser->on_stun(received.bytes, received.from, now_, send_now_);
  if (!checked.authentic) {
    ++leg.refused;
    refused_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  if (checked.forgotten) by_address_.erase(*checked.forgotten);
  // Also when it is known: another page's port may have become this one's.
  by_address_[received.from] = &leg;
  if (checked.selected) aim(leg);
}

void Worker::on_secured(Leg& leg, const Received& received) {
  auto* srtp = leg.browser->srtp();
  const bool rtcp = media::is_rtcp(received.bytes);
  std::size_t size = 0;
  const bool authentic = srtp != nullptr && (rtcp ? srtp->unprotect_rtcp(received.bytes, size)
                                                  : srtp->unprotect(received.bytes, size));
  if (!authentic) {
    ++leg.refused;
    refused_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const Received plain{received.slot, received.from, received.bytes.first(size)};
  if (rtcp)
    on_rtcp(leg, plain);
  else
    on_rtp(leg, plain);
}

// After a datagram of DTLS and on every tick: what became of the browser.
void Worker::mind_browser(Leg& leg) {
  auto& browser = *leg.browser;
  browser.on_tick(now_, send_now_);
  if (browser.srtp() != nullptr && !leg.secure) {
    leg.secure = true;
    aim(leg);
    leg.rtcp_due = now_ + rtcp_interval(base::milliseconds{2500});  // RFC 3550 6.2: half of the 5 s
    report(WebrtcConnected{leg.id});
  }
  if (!browser.loss() || leg.lost) return;
  leg.lost = true;
  aim(leg);
  report(WebrtcLost{leg.id, *browser.loss()});
  if (leg.peer != nullptr && leg.locked) fell_silent(leg);
}

void Worker::transmit_secured(Leg& leg, std::span<std::uint8_t> bytes, bool rtcp) {
  auto* srtp = leg.browser->srtp();
  auto size = bytes.size();
  const bool ready =
      srtp != nullptr && (rtcp ? srtp->protect_rtcp(bytes.data(), size) : srtp->protect(bytes.data(), size));
  if (ready) wire_->send(shared_slot_, {bytes.data(), size}, &leg.to_address);
}

}  // namespace ziptone::mediaplane
