#include "server/signalling/certificate.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include "base/check.hpp"

namespace ziptone::signalling {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemCa = "/etc/ssl/certs/ca-certificates.crt";
constexpr long kYears10 = 10L * 365 * 24 * 3600;

// A P-256 key and a certificate over it that nobody else has signed.
bool write_self_signed(const fs::path& path) {
  char curve[] = "P-256";  // the macro behind EVP_EC_gen casts a literal's const away
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen(curve), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  if (!key || !certificate) return false;
  X509* x = certificate.get();
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), 0);
  X509_gmtime_adj(X509_getm_notAfter(x), kYears10);
  X509_set_pubkey(x, key.get());
  X509_NAME* name = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("ziptone"), -1,
                             -1, 0);
  X509_set_issuer_name(x, name);
  if (X509_sign(x, key.get(), EVP_sha256()) == 0) return false;
  const std::unique_ptr<FILE, decltype(&fclose)> file(fopen(path.c_str(), "wx"), &fclose);
  return file && PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
         PEM_write_X509(file.get(), x) == 1;
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
