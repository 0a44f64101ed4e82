// The path of a packet, and the 20 ms tick: what runs 400,000 times a second.
#include <algorithm>

#include <sys/socket.h>
#include <time.h>

#include "media/bytes.hpp"
#include "server/mediaplane/worker.hpp"

namespace ziptone::mediaplane {
namespace {

// A peer that brought nothing for so long is filled in for by our own silence.
constexpr base::Duration kSourceGone = base::milliseconds{100};
constexpr base::Duration kRtcpInterval = base::seconds{5};  // RFC 3550 6.2

base::WallTime wall_now() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return base::wall_from_micros(t.tv_sec * 1'000'000LL + t.tv_nsec / 1000);
}

void count(std::atomic<std::uint64_t>& counter) {
  // One writer: a plain add, no locked instruction.
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

// Legs and their peers are far apart in memory; asked for some packets ahead, they come while others are
// being moved.
void Worker::take_datagrams() {
  std::array<Received, kAhead> ahead;
  std::size_t n = 0;
  do {
    n = 0;
    for (; n < ahead.size(); ++n) {
      const auto received = wire_->next();
      if (!received) break;
      ahead[n] = *received;
      if (const auto* leg = leg_at(received->slot)) leg->fetch_to_receive();
    }
    for (std::size_t i = 0; i < n; ++i)
      if (const auto* leg = leg_at(ahead[i].slot); leg != nullptr && leg->peer != nullptr)
        leg->peer->fetch_to_send();
    for (std::size_t i = 0; i < n; ++i) on_datagram(ahead[i]);
  } while (n == ahead.size());
}

void Worker::on_datagram(const Received& received) {
  if (received.slot == shared_slot_) return on_shared(received);
  auto* leg = leg_at(received.slot);
  if (leg == nullptr) return;
  if (received.slot % 2 != 0 || media::is_rtcp(received.bytes))
    on_rtcp(*leg, received);
  else
    on_rtp(*leg, received);
}

// Whether packets may come from there; pins the leg to its source.
bool Worker::believe(Leg& leg, const Endpoint& from) {
  if (leg.browser != nullptr) {
    // SRTP has said whose it is.
    if (!leg.locked) report(FirstPacket{leg.id});
    return leg.locked = true;
  }
  if (leg.locked && from == leg.to) return true;
  if (from == Endpoint{leg.remote->ip, leg.remote->port}) {
    lock(leg, from);
    // A connected socket sends without a route lookup, and the kernel refuses packets of others. Only the
    // SDP's own address is final; a learned one gives way to it.
    leg.connected = ::connect(leg.rtp.get(), leg.to_address.get(), leg.to_address.size) == 0;
    return true;
  }
  if (leg.locked || !learn(leg, from)) return false;
  lock(leg, from);
  return true;
}

// Another source than the SDP's is learned when it alone has kept sending.
bool Worker::learn(Leg& leg, const Endpoint& from) {
  constexpr unsigned kPackets = 4;
  constexpr base::Duration kStopped = base::milliseconds{100};
  constexpr base::Duration kLate = base::seconds{1};
  const bool known =
      from.ip == leg.remote->ip || (leg.kind == LegKind::phone && leg.pinning.registered_ip == from.ip);
  if (!known || (from == leg.left && now_ - leg.left_at < kLate)) return false;
  auto& candidate = leg.candidate;
  if (from != candidate.from) {
    if (candidate.packets > 0 && now_ - candidate.at < kStopped) return false;
    candidate = {from, 0, now_};
  }
  candidate.at = now_;
  return ++candidate.packets >= kPackets;
}

void Worker::lock(Leg& leg, const Endpoint& from) {
  address(leg, from);
  if (!leg.locked) report(FirstPacket{leg.id});
  leg.locked = true;
}

void Worker::heard(Leg& leg) {
  leg.unheard = {};
  if (leg.is_silent) {
    leg.is_silent = false;
    report(Heard{leg.id});
  }
  if (leg.owes_bridged) {
    leg.owes_bridged = false;
    report(Bridged{leg.peer->id, leg.id});
  }
}

void Worker::on_rtp(Leg& leg, const Received& received) {
  const auto packet = media::parse_rtp(received.bytes);
  const auto refuse = [&] {
    ++leg.refused;
    count(refused_);
  };
  if (!packet || !leg.formats.known) return refuse();
  const auto codec = leg.formats.codec_of(packet->header.payload_type);
  const bool is_event = packet->header.payload_type == leg.formats.receive_event;
  if ((!codec && !is_event) || !believe(leg, received.from)) return refuse();
  count(received_);
  leg.reception.on_packet(packet->header.ssrc, packet->header.sequence, packet->header.timestamp, now_,
                          !is_event);
  heard(leg);
  if (!leg.may_receive()) return;
  const auto offset = static_cast<std::size_t>(packet->payload.data() - received.bytes.data());
  const auto payload = received.bytes.subspan(offset, packet->payload.size());
  auto* peer = leg.peer != nullptr && leg.peer->takes_peer() ? leg.peer : nullptr;
  if (is_event) {
    on_event(leg, *packet);
    if (peer != nullptr) forward_event(*peer, *packet, payload);
    return;
  }
  if (leg.formats.receive_event == Formats::kNone) hear_keys(leg, *codec, payload);
  if (leg.listening)
    leg.listening->framer.on_packet(packet->header.ssrc, packet->header.timestamp, *codec, payload, now_,
                                    [&](auto samples, std::int64_t at, bool lost) {
                                      push_frame(leg, samples, {at, lost, *codec});
                                    });
  if (peer != nullptr) forward(*peer, packet->header, *codec, payload);
}

void Worker::forward(Leg& to, const media::RtpHeader& header, media::Codec codec,
                     std::span<std::uint8_t> payload) {
  const auto& format = to.formats.send;
  const auto samples = static_cast<std::uint32_t>(payload.size());
  const auto out = to.line.forward(header, format.payload_type, samples, now_);
  if (!out) return;
  if (codec != format.codec) media::transcode(codec, payload, format.codec, payload);
  if (to.zip != nullptr) {
    media::mix(format.codec, payload, std::span{to.zip->linear}.subspan(to.zip_position));
    to.zip_position += payload.size();
    if (to.zip_position >= to.zip->size()) to.zip.reset();
  }
  to.forwarded_at = now_;
  if (to.owes_audio) tell_audio(to);
  to.line.count_octets(samples);
  // The header is written into the bytes before the payload, where the packet's own header was.
  auto* begin = payload.data() - media::kRtpHeaderBytes;
  media::write_rtp_header(*out,
                          std::span<std::uint8_t, media::kRtpHeaderBytes>{begin, media::kRtpHeaderBytes});
  transmit(to, {begin, payload.size() + media::kRtpHeaderBytes});
}

void Worker::on_event(Leg& leg, const media::RtpPacket& packet) {
  const auto event = media::parse_telephone_event(packet.payload);
  if (!event) return;
  const auto digit = leg.keys.on_packet(packet.header.timestamp, *event);
  if (!digit) return;
  report(DtmfReceived{leg.id, *digit});
  // The other side has no telephone events: it hears the key as sound.
  if (leg.peer != nullptr && leg.peer->takes_peer() && !leg.peer->remote->send_event)
    leg.peer->playing = Leg::Playing{config_.keys[event->event], false, false};
}

// A far end without telephone events: its keys are tones in the sound, and go on to the peer as they are.
void Worker::hear_keys(Leg& leg, media::Codec codec, std::span<const std::uint8_t> payload) {
  std::array<std::int16_t, media::kFrameSamples> samples{};
  while (!payload.empty()) {
    const auto n = std::min(payload.size(), samples.size());
    media::decode(codec, payload.first(n), std::span{samples}.first(n));
    if (const auto digit = leg.in_band_keys.push(std::span{samples}.first(n)))
      report(DtmfReceived{leg.id, *digit});
    payload = payload.subspan(n);
  }
}

void Worker::forward_event(Leg& to, const media::RtpPacket& packet, std::span<std::uint8_t> payload) {
  const auto event = media::parse_telephone_event(packet.payload);
  if (!to.remote->send_event || !event) return;
  const auto out = to.line.forward(packet.header, *to.remote->send_event, event->duration, now_);
  if (!out) return;
  to.forwarded_at = now_;
  to.line.count_octets(static_cast<std::uint32_t>(payload.size()));
  auto* begin = payload.data() - media::kRtpHeaderBytes;
  media::write_rtp_header(*out,
                          std::span<std::uint8_t, media::kRtpHeaderBytes>{begin, media::kRtpHeaderBytes});
  transmit(to, {begin, payload.size() + media::kRtpHeaderBytes});
}

void Worker::push_frame(Leg& leg, std::span<const std::int16_t, media::kFrameSamples> samples,
                        const FrameInfo& info) {
  auto& sink = *leg.listening->sink;
  sink.push(samples, info);
  while (auto event = sink.poll())
    report(AnalysisEvent{leg.id, *event, !leg.answered, info.at_ms + media::kFrameMs});
  if (auto clip = sink.take_clip(false)) {
    report(ClipTaken{leg.id, std::move(clip)});
    leg.listening->records = false;
  }
  if (leg.listening->recent != nullptr)
    leg.listening->recent->push(samples);
  else if (leg.peer != nullptr && leg.peer->catches_up)
    leg.peer->recent->push(samples);
}

void Worker::tell_audio(Leg& agent) {
  agent.owes_audio = false;
  report(AgentHears{agent.peer->id, agent.id});
}

void Worker::stop_listening(Leg& leg) {
  if (!leg.listening) return;
  if (auto clip = leg.listening->sink->take_clip(true)) report(ClipTaken{leg.id, std::move(clip)});
  leg.listening.reset();
}

// Half to one and a half times the mean, so that streams that began together do not report together (RFC
// 3550 6.2).
base::Duration Worker::rtcp_interval(base::Duration mean) {
  return mean / 2 + base::milliseconds{dice_() % static_cast<std::uint64_t>(base::millis(mean))};
}

void Worker::on_rtcp(Leg& leg, const Received& received) {
  const auto parsed = media::parse_rtcp(received.bytes, leg.line.ssrc());
  const bool known = leg.browser != nullptr || received.from.ip == leg.to.ip;
  if (!parsed || !leg.remote || !known) {
    ++leg.refused;
    count(refused_);
    return;
  }
  if (received.slot % 2 != 0 && received.from.port != leg.rtcp_to.port) {
    leg.rtcp_to = received.from;
    leg.rtcp_address = to_socket_address(leg.rtcp_to);
  }
  if (parsed->sender) leg.reception.on_sender_report(parsed->sender->ntp, now_);
  if (!parsed->block) return;
  leg.far_loss_permille = static_cast<std::uint16_t>(parsed->block->fraction_lost * 1000 / 256);
  if (parsed->block->last_sr == 0) return;
  // RFC 3550 6.4.1: arrival - LSR - DLSR, in 1/65536 s.
  const auto arrival = static_cast<std::uint32_t>(media::ntp_of(wall_now()) >> 16);
  const auto trip =
      static_cast<std::int32_t>(arrival - parsed->block->last_sr - parsed->block->delay_since_sr);
  if (trip >= 0)
    leg.round_trip_us = static_cast<std::uint32_t>(static_cast<std::int64_t>(trip) * 1'000'000 / 65'536);
}

void Worker::transmit(Leg& leg, std::span<std::uint8_t> bytes) {
  count(sent_);
  if (leg.browser != nullptr) return transmit_secured(leg, bytes, false);
  wire_->send(2 * leg.index, bytes, leg.connected ? nullptr : &leg.to_address);
}

void Worker::tick(Leg& leg) {
  if (leg.listening && leg.listening->stopped && !leg.listening->records &&
      (leg.peer == nullptr || !leg.peer->catches_up))
    leg.listening.reset();
  if (leg.listening)
    leg.listening->framer.on_tick(now_, [&](auto samples, std::int64_t at, bool lost) {
      push_frame(leg, samples, {at, lost});
    });
  if (!leg.formats.known) return;
  if (leg.browser != nullptr) mind_browser(leg);
  mind_silence(leg);
  if (now_ >= leg.rtcp_due) {
    leg.rtcp_due = now_ + rtcp_interval(kRtcpInterval);
    send_rtcp(leg, false);
  }
  if (!leg.may_send()) return;
  if (leg.digits.is_active()) return tick_digits(leg);
  const bool is_fed = leg.takes_peer() && now_ - leg.forwarded_at < kSourceGone;
  if (!is_fed && leg.line.is_due(now_)) send_frame(leg);
}

// Counted in ticks, not by the clock: when this process was stopped, the far ends were not.
void Worker::mind_silence(Leg& leg) {
  if (leg.is_silent || !leg.must_hear()) return;
  // A browser that was never heard is not up, and nobody waits for it here.
  if (leg.kind == LegKind::webrtc && leg.reception.received() == 0) return;
  leg.unheard += base::milliseconds{media::kFrameMs};
  auto limit = config_.silent_after;
  if (leg.kind == LegKind::phone)
    limit = leg.peer != nullptr || !leg.locked ? config_.bridged_silent_after : config_.phone_silent_after;
  if (leg.kind == LegKind::webrtc)
    limit = leg.peer != nullptr ? config_.webrtc_bridged_silent_after : config_.webrtc_silent_after;
  if (leg.unheard > limit) fell_silent(leg);
}

void Worker::fell_silent(Leg& leg) {
  if (leg.is_silent) return;
  leg.is_silent = true;
  report(Silent{leg.id});
}

void Worker::tick_digits(Leg& leg) {
  if (!leg.remote->send_event) return;
  const auto packet = leg.digits.tick(leg.line, *leg.remote->send_event, now_);
  if (!packet) return;
  constexpr std::size_t kBytes = media::kRtpHeaderBytes + media::kTelephoneEventBytes;
  const auto frame = wire_->frame();
  media::write_rtp_header(packet->header, frame.first<media::kRtpHeaderBytes>());
  media::write_telephone_event(packet->event,
                               frame.subspan<media::kRtpHeaderBytes, media::kTelephoneEventBytes>());
  leg.line.count_octets(media::kTelephoneEventBytes);
  transmit(leg, frame.first<kBytes>());
}

// What was said before the merge, where the agent still hears that; else silence.
void Worker::fill_frame(Leg& leg, std::span<std::uint8_t, media::kFrameSamples> payload) {
  const auto codec = leg.formats.send.codec;
  if (!leg.catches_up) {
    std::ranges::fill(payload, media::silence(codec));
    return;
  }
  std::array<std::int16_t, media::kFrameSamples> samples{};
  const bool live = leg.recent->next(samples);
  media::encode(codec, samples, payload);
  if (leg.owes_audio) tell_audio(leg);
  if (live) leg.go_live();
}

// Twenty milliseconds of our own: a sound, or silence, and in it what is left of the zip tone.
void Worker::send_frame(Leg& leg) {
  const auto& format = leg.formats.send;
  const auto frame = wire_->frame();
  const auto payload = frame.subspan<media::kRtpHeaderBytes, media::kFrameSamples>();
  bool over = false;
  if (leg.playing) {
    auto& p = *leg.playing;
    over = media::fill(*p.sound, format.codec, p.loop, p.position, payload);
  } else {
    fill_frame(leg, payload);
    if (leg.zip != nullptr) {
      media::mix(format.codec, payload, std::span{leg.zip->linear}.subspan(leg.zip_position));
      leg.zip_position += payload.size();
      if (leg.zip_position >= leg.zip->size()) leg.zip.reset();
    }
  }
  const auto header = leg.line.own(now_, format.payload_type, media::kFrameSamples);
  media::write_rtp_header(header, frame.first<media::kRtpHeaderBytes>());
  leg.line.count_octets(media::kFrameSamples);
  transmit(leg, frame.first<media::kRtpHeaderBytes + media::kFrameSamples>());
  if (!over) return;
  const bool reports = leg.playing->reports;
  leg.playing.reset();
  if (reports) report(Played{leg.id});
}

void Worker::send_rtcp(Leg& leg, bool bye) {
  const auto& to = leg.browser != nullptr ? leg.to : leg.rtcp_to;
  if (!leg.remote || to.port == 0 || media::is_unspecified(to.ip)) return;
  std::optional<media::SenderInfo> sender;
  if (leg.line.packets() > 0)
    sender = media::SenderInfo{media::ntp_of(wall_now()), leg.line.timestamp_at(now_), leg.line.packets(),
                               leg.line.octets()};
  std::optional<media::ReportBlock> block;
  if (leg.reception.received() > 0) block = leg.reception.make_block(now_);
  if (block && leg.kind != LegKind::trunk && !bye)
    report(LegQuality{leg.id, static_cast<std::uint16_t>(block->fraction_lost * 1000 / 256),
                      leg.reception.jitter_us(), leg.far_loss_permille, leg.round_trip_us});
  const auto frame = wire_->frame();
  const auto bytes = media::write_rtcp(leg.line.ssrc(), sender, block, "media@ziptone", bye,
                                       frame.first<media::kRtcpBytesMax>());
  if (leg.browser != nullptr) return transmit_secured(leg, frame.first(bytes), true);
  wire_->send(2 * leg.index + 1, frame.first(bytes), &leg.rtcp_address);
}

}  // namespace ziptone::mediaplane
