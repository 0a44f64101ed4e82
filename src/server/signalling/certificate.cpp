#include "server/signalling/certificate.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <openssl/pem.h>
#include <sys/stat.h>

#include "base/check.hpp"
#include "server/certificate/self_signed.hpp"

namespace ziptone::signalling {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemCa = "/etc/ssl/certs/ca-certificates.crt";
constexpr long kYears10 = 10L * 365 * 24 * 3600;

bool write_self_signed(const fs::path& path) {
  const auto [key, certificate] = certificate::make_self_signed("ziptone", kYears10);
  const std::unique_ptr<FILE, decltype(&fclose)> file(fopen(path.c_str(), "wx"), &fclose);
  return certificate && file &&
         PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
         PEM_write_X509(file.get(), certificate.get()) == 1;
}

}  // namespace

CertificateFolder::~CertificateFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

base::Result<> CertificateFolder::fill(const std::string& own_dir, const std::string& ca_file) {
  VERIFY(path_.empty());
  std::string name = (fs::temp_directory_path() / "ziptone-tls-XXXXXX").string();
  if (!mkdtemp(name.data()))
    return base::error("can't make a folder for certificates", name, "free some room in /tmp");
  path_ = name;
  std::error_code error;
  const std::string ca = ca_file.empty() ? kSystemCa : ca_file;
  fs::copy_file(ca, fs::path(path_) / "cafile.pem", error);
  if (error)
    return base::error("the file of trusted certificates can't be read", ca, "name a readable PEM file");
  const fs::path agent = fs::path(path_) / "agent.pem";
  if (own_dir.empty()) {
    if (!write_self_signed(agent)) return base::error("a certificate could not be made", agent.string());
    return {};
  }
  fs::copy_file(fs::path(own_dir) / "agent.pem", agent, error);
  if (error)
    return base::error("our certificate can't be read", own_dir + "/agent.pem",
                       "put certificate and key there, as PEM");
  return {};
}

}  // namespace ziptone::signalling
