#include "server/api/certificate.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "server/certificate/self_signed.hpp"

namespace ziptone::api {
namespace {

namespace fs = std::filesystem;
namespace ssl = boost::asio::ssl;

constexpr long kDay = 24L * 3600;
constexpr long kLasts = 396 * kDay;     // browsers refuse more (CA/Browser Forum Baseline Requirements 6.3.2)
constexpr long kRenewed = 30 * kDay;    // before its end
constexpr std::time_t kLookAgain = 10;  // seconds between looks at the files

using certificate::X509Ptr;
using BioPtr = std::unique_ptr<BIO, certificate::Freed<BIO_free>>;

std::string why() {
  std::array<char, 256> text{};
  ::ERR_error_string_n(::ERR_get_error(), text.data(), text.size());
  return text.data();
}

base::Result<> write_file(const std::string& path, BIO* content) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(content, &bytes);
  // Beside it first: a start that is cut off leaves the old one, or the new one, whole.
  const std::string beside = path + ".new";
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool kept =
      file >= 0 && ::write(file, bytes, static_cast<std::size_t>(size)) == size && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  std::error_code failed;
  if (kept) fs::rename(beside, path, failed);
  if (kept && !failed) return {};
  return base::error("can't be written", path, "mend the data directory");
}

base::Result<> make(const std::string& certificate_path, const std::string& key_path,
                    const std::vector<std::string>& names) {
  const auto [key, certificate] = certificate::make_self_signed("Ziptone on " + names.front(), kLasts, names);
  const BioPtr key_text{::BIO_new(BIO_s_mem())};
  const BioPtr certificate_text{::BIO_new(BIO_s_mem())};
  if (!certificate ||
      ::PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      ::PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1)
    return base::error("a certificate can't be made: " + why(), certificate_path);
  if (auto kept = write_file(key_path, key_text.get()); !kept) return kept;
  return write_file(certificate_path, certificate_text.get());
}

X509Ptr certificate_in(const std::string& path) {
  const BioPtr file{::BIO_new_file(path.c_str(), "r")};
  return X509Ptr{file ? ::PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr};
}

bool covers(X509* certificate, const std::string& name) {
  return certificate::is_ip_address(name)
             ? ::X509_check_ip_asc(certificate, name.c_str(), 0) == 1
             : ::X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr) == 1;
}

// Whether it still serves: for all these names, and not in its last month.
bool serves(X509* certificate, const std::vector<std::string>& names) {
  std::time_t later = std::time(nullptr) + kRenewed;
  return ::X509_cmp_time(::X509_get0_notAfter(certificate), &later) > 0 &&
         std::all_of(names.begin(), names.end(), [&](const auto& name) { return covers(certificate, name); });
}

std::string state_of(const std::string& path) {
  std::error_code failed;
  const auto changed = fs::last_write_time(path, failed).time_since_epoch().count();
  return fmt::format("{} {}", changed, fs::file_size(path, failed));
}

}  // namespace

Certificate::Certificate(std::string certificate, std::string key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {}

base::Result<std::shared_ptr<Certificate>> Certificate::from_files(const std::string& certificate,
                                                                   const std::string& key) {
  std::shared_ptr<Certificate> made{new Certificate{certificate, key}};
  if (auto read = made->read(); !read) return tl::unexpected{read.error()};
  return made;
}

base::Result<std::shared_ptr<Certificate>> Certificate::own(const std::string& data_dir,
                                                            const std::vector<std::string>& names) {
  const std::string certificate = data_dir + "/https.crt";
  const std::string key = data_dir + "/https.key";
  const X509Ptr known = certificate_in(certificate);
  if (known && serves(known.get(), names))
    if (auto kept = from_files(certificate, key)) return kept;
  if (auto made = make(certificate, key, names); !made) return tl::unexpected{made.error()};
  return from_files(certificate, key);
}

base::Result<> Certificate::read() {
  const auto refused = [](const boost::system::error_code& failed, const std::string& path,
                          const char* mend) {
    return base::error("can't be used: " + failed.message(), path, mend);
  };
  seen_ = state_of(certificate_) + " " + state_of(key_);
  auto made = std::make_shared<ssl::context>(ssl::context::tls_server);
  made->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                    ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  boost::system::error_code failed;
  made->use_certificate_chain_file(certificate_, failed);
  if (failed) return refused(failed, certificate_, "give the certificate, and those above it, as PEM");
  made->use_private_key_file(key_, ssl::context::pem, failed);
  if (failed) return refused(failed, key_, "give the key of this certificate as PEM, without a password");
  context_ = std::move(made);
  return {};
}

std::shared_ptr<ssl::context> Certificate::context() {
  const std::time_t now = std::time(nullptr);
  if (now - looked_at_ < kLookAgain && now >= looked_at_) return context_;
  looked_at_ = now;
  if (state_of(certificate_) + " " + state_of(key_) == seen_) return context_;
  if (const auto fresh = read(); !fresh)
    spdlog::error("the changed HTTPS certificate is not taken: {}", base::to_string(fresh.error()));
  else
    spdlog::info("the HTTPS certificate was read again: SHA-256 {}", fingerprint());
  return context_;
}

std::string Certificate::fingerprint() const {
  const X509* certificate = ::SSL_CTX_get0_certificate(context_->native_handle());
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  std::string text;
  if (::X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return text;
  for (const unsigned char byte : digest) text += fmt::format("{}{:02X}", text.empty() ? "" : ":", byte);
  return text;
}

}  // namespace ziptone::api
