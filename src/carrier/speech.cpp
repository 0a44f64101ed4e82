#include "carrier/speech.hpp"

#include <array>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ziptone::carrier {
namespace {

constexpr auto tr = Language::tr;
constexpr auto en = Language::en;

constexpr auto kPhrases = std::to_array<Phrase>({
    {Use::hello, tr, "tr+f2", 165, "Alo?"},
    {Use::hello, tr, "tr+m3", 160, "Alo, buyurun."},
    {Use::hello, tr, "tr+f4", 175, "Efendim?"},
    {Use::hello, tr, "tr+m1", 150, "Alo, kimsiniz?"},
    {Use::hello, tr, "tr+m7", 155, "Buyurun, dinliyorum."},
    {Use::hello, en, "en-us+f3", 160, "Hello?"},
    {Use::hello, en, "en-us+m3", 160, "Hello, who is this?"},
    {Use::hello, en, "en-gb+f2", 170, "Yes, hello."},
    {Use::hello_business, tr, "tr+f3", 165,
     "Yıldız Mobilya, ben Elif, iyi günler, nasıl yardımcı olabilirim?"},
    {Use::hello_business, tr, "tr+m4", 165, "Deniz Otomotiv, buyurun, ben Kerem."},
    {Use::hello_business, en, "en-us+f2", 170,
     "Good morning, Harbour Garage, Sarah speaking, how can I help you?"},
    {Use::hello_again, tr, "tr+f2", 165, "Alo? Sesim geliyor mu?"},
    {Use::hello_again, tr, "tr+m3", 160, "Alo? Orada mısınız?"},
    {Use::hello_again, en, "en-us+f3", 160, "Hello? Is anybody there?"},
    {Use::reply, tr, "tr+f2", 165, "Evet, benim. Konu neydi acaba?"},
    {Use::reply, tr, "tr+m3", 160, "Anladım. Peki ücreti ne kadar oluyor?"},
    {Use::reply, tr, "tr+f4", 170, "Şu an biraz meşgulüm ama kısaca dinleyebilirim."},
    {Use::reply, tr, "tr+m1", 155, "Hmm, olabilir. Bana mesajla da gönderebilir misiniz?"},
    {Use::reply, en, "en-us+f3", 160, "Yes, speaking. What is it about?"},
    {Use::reply, en, "en-us+m3", 160, "I see. And how much would that be a month?"},
    {Use::reply, en, "en-gb+f2", 165, "Could you send that to me in a message, please?"},
    {Use::goodbye, tr, "tr+f2", 165, "Tamam, teşekkür ederim, iyi günler."},
    {Use::goodbye, tr, "tr+m3", 160, "Peki, sağ olun, hoşça kalın."},
    {Use::goodbye, en, "en-us+f3", 160, "All right, thank you, good bye."},
    {Use::greeting, tr, "tr+f3", 160,
     "Merhaba, şu anda telefona cevap veremiyorum. Lütfen sinyal sesinden sonra mesajınızı bırakın, "
     "sizi en kısa sürede arayacağım."},
    {Use::greeting, tr, "tr+m4", 155,
     "Ben Murat. Şu an müsait değilim. Adınızı ve numaranızı bırakırsanız size geri dönerim. Teşekkürler."},
    {Use::greeting, en, "en-us+m3", 160,
     "Hi, you have reached Daniel. I can't come to the phone right now. Please leave your name and number "
     "after "
     "the tone and I will call you back."},
    {Use::greeting_short, tr, "tr+f4", 170, "Mesajınızı bırakın."},
    {Use::greeting_short, en, "en-us+f2", 170, "Leave a message."},
    {Use::greeting_operator, tr, "tr+f1", 160,
     "Aradığınız kişi şu anda cevap veremiyor. Sinyal sesinden sonra mesajınızı bırakabilirsiniz. "
     "Mesajınız ücretlendirilecektir."},
    {Use::greeting_operator, en, "en-us+f1", 160,
     "The person you are calling is not available. At the tone, please record your message."},
    {Use::greeting_name, tr, "tr+f3", 160, "Merhaba, ben Zeynep."},
    {Use::greeting_name, en, "en-us+m3", 160, "Hi, this is Daniel."},
    {Use::screening_ask, tr, "tr+f1", 165,
     "Aradığınız kişi aramaları denetliyor. Lütfen adınızı ve arama nedeninizi söyleyin."},
    {Use::screening_ask, en, "en-us+f1", 165,
     "Hi, the person you are calling is using a screening service. Please say your name and why you are "
     "calling."},
    {Use::screening_no, tr, "tr+f1", 165, "Aradığınız kişi şu anda konuşamıyor. İyi günler."},
    {Use::screening_no, en, "en-us+f1", 165, "The person you are calling can't talk right now. Good bye."},
    {Use::unreachable, tr, "tr+f1", 155,
     "Aradığınız numaraya şu anda ulaşılamıyor. Lütfen daha sonra tekrar deneyiniz."},
    {Use::unreachable, en, "en-us+f1", 160,
     "The number you have dialed can not be reached at the moment. Please try again later."},
    {Use::agent, tr, "tr+f5", 165, "Merhaba, ben müşteri hizmetlerinden arıyorum. Nasılsınız?"},
    {Use::agent, tr, "tr+m2", 165,
     "Size yeni kampanyamızdan kısaca söz etmek istiyorum, bir dakikanız var mı?"},
    {Use::agent, en, "en-us+f4", 165, "Hello, I am calling from customer service. How are you today?"},
    {Use::agent, en, "en-us+m2", 165, "I would like to tell you about our new offer. Do you have a minute?"},
});

std::string read_all(int fd) {
  std::string all;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

// espeak-ng writes 16-bit mono; on a pipe it can't know the length and claims the largest, so what is there
// counts.
std::optional<Samples> samples_of(const std::string& wav, int& rate) {
  const auto data = wav.find("data");
  if (wav.size() < 44 || !wav.starts_with("RIFF") || data == std::string::npos || data + 8 > wav.size()) {
    return std::nullopt;
  }
  std::uint32_t hz = 0;
  std::memcpy(&hz, wav.data() + 24, sizeof hz);
  if (hz < 8000 || hz > 48000) return std::nullopt;
  rate = static_cast<int>(hz);
  Samples samples((wav.size() - data - 8) / 2);
  std::memcpy(samples.data(), wav.data() + data + 8, samples.size() * 2);
  return samples;
}

}  // namespace

std::span<const Phrase> phrases() { return kPhrases; }

std::optional<Samples> speak(const Phrase& phrase, int& rate) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string words[] = {"espeak-ng", "-v",       phrase.voice, "-s", std::to_string(phrase.speed),
                         "--stdout",  phrase.text};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, "espeak-ng", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  const std::string wav = failed ? std::string{} : read_all(ends[0]);
  ::close(ends[0]);
  if (failed) return std::nullopt;
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) return std::nullopt;
  return samples_of(wav, rate);
}

}  // namespace ziptone::carrier
