#include "carrier/sounds.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

#include "carrier/speech.hpp"
#include "media/wav.hpp"

namespace ziptone::carrier {
namespace {

// Raised when the way the sounds are made changes, so that an old cache is not used.
constexpr int kRecipe = 1;

std::uint64_t hash_of(const Phrase& phrase) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : fmt::format("{}|{}|{}|{}", kRecipe, phrase.voice, phrase.speed, phrase.text)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return hash;
}

base::Result<Samples> read_wav(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return base::error("can't be read", file.string());
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
  return media::parse_wav(bytes, file.string());
}

// Written beside and renamed, so that a second carrier that starts now never reads half a file. A folder that
// can't be written costs the next start some time and nothing else.
void write_cached(const std::filesystem::path& file, const Samples& samples) {
  const auto bytes = media::write_wav(samples);
  const std::filesystem::path part = fmt::format("{}.{}", file.string(), ::getpid());
  std::ofstream out(part, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  std::error_code ignored;
  if (out) {
    std::filesystem::rename(part, file, ignored);
  } else {
    std::filesystem::remove(part, ignored);
  }
}

// Trailing and leading digital silence of the synthesizer would blur what "the end of hello" means.
std::span<const std::int16_t> trimmed(const Samples& s) {
  constexpr int kQuiet = 200;
  const auto loud = [](std::int16_t v) { return v > kQuiet || v < -kQuiet; };
  const auto first = std::find_if(s.begin(), s.end(), loud);
  const auto last = std::find_if(s.rbegin(), s.rend(), loud).base();
  if (first >= last) return s;
  return {first, last};
}

}  // namespace

std::filesystem::path SoundLibrary::default_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) {
    return std::filesystem::path(cache) / "ziptone" / "sounds";
  }
  if (const char* home = std::getenv("HOME"); home && *home) {
    return std::filesystem::path(home) / ".cache" / "ziptone" / "sounds";
  }
  return fmt::format("/tmp/ziptone-sounds-{}", ::getuid());
}

SoundLibrary SoundLibrary::load(const std::filesystem::path& wanted) {
  SoundLibrary library;
  const auto folder = wanted.empty() ? default_folder() : wanted;
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  library.synthesized_ = true;
  for (const auto& phrase : phrases()) {
    const auto hash = hash_of(phrase);
    const auto file = folder / fmt::format("{:016x}.wav", hash);
    auto samples = read_wav(file);
    if (!samples && library.synthesized_) {
      int rate = 0;
      if (auto spoken = speak(phrase, rate)) {
        samples = telephone_quality(trimmed(*spoken), rate, hash);
        write_cached(file, *samples);
      }
    }
    if (!samples) {
      library.synthesized_ = false;
      samples = babble(static_cast<int>(std::string_view(phrase.text).size() / 3) + 1, hash);
    }
    auto& list = library.list(phrase.use, phrase.language);
    list.emplace_back(fmt::format("{}.{}.{}", phrase.language == Language::tr ? "tr" : "en",
                                  static_cast<int>(phrase.use), list.size()),
                      *samples);
  }
  library.add_tones();
  return library;
}

void SoundLibrary::add_tones() {
  const auto add = [this](Use use, const std::string& name, std::initializer_list<Tone> signal) {
    const Samples samples = tones(std::span(signal.begin(), signal.size()));
    for (const auto language : {Language::tr, Language::en}) list(use, language).emplace_back(name, samples);
  };
  add(Use::beep, "beep", {{1000, 400}});
  add(Use::ced, "ced", {{2100, 3000}});  // ITU-T T.30 4.3.3: 2.6-4.0 s
  // ITU-T E.180 6: three tones of 330 ms; after them the network says or repeats.
  add(Use::sit, "sit", {{0, 200}, {950, 330}, {1400, 330}, {1800, 330}, {0, 1000}});
  add(Use::ringback, "ringback", {{425, 2000}, {0, 4000}});  // Turkey, ITU-T E.180 supplement 2
}

base::Result<> SoundLibrary::add_recording(const std::string& file) {
  const auto samples = read_wav(file);
  if (!samples) return tl::unexpected{samples.error()};
  recordings_.insert_or_assign(file, Sound{file, *samples});
  return {};
}

const Sound& SoundLibrary::get(Use use, Language language, std::uint64_t pick) const {
  const auto& list = sounds_[static_cast<std::size_t>(use)][static_cast<std::size_t>(language)];
  return list[pick % list.size()];
}

const Sound* SoundLibrary::named(std::string_view name, Language language) const {
  if (name == "sit") return &get(Use::sit, language);
  if (name == "ringback") return &get(Use::ringback, language);
  if (name == "unreachable") return &get(Use::unreachable, language);
  const auto recording = recordings_.find(name);
  return recording == recordings_.end() ? nullptr : &recording->second;
}

}  // namespace ziptone::carrier
