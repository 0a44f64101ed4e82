#include "server/certificate/self_signed.hpp"

#include <array>

#include <arpa/inet.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace ziptone::certificate {
namespace {

constexpr long kDay = 24L * 3600;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

bool extend(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension{::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
  return extension && ::X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool name_all(X509* certificate, const std::vector<std::string>& names) {
  if (names.empty()) return true;
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ",") + std::string{is_ip_address(name) ? "IP:" : "DNS:"} + name;
  return extend(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         extend(certificate, NID_key_usage, "critical,digitalSignature") &&
         extend(certificate, NID_ext_key_usage, "serverAuth") &&
         extend(certificate, NID_subject_alt_name, list);
}

}  // namespace

bool is_ip_address(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

SelfSigned make_self_signed(const std::string& common_name, long seconds,
                            const std::vector<std::string>& names) {
  SelfSigned made{KeyPtr{::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")}, X509Ptr{::X509_new()}};
  X509* certificate = made.certificate.get();
  std::uint64_t serial = 0;
  if (!made.key || certificate == nullptr ||
      ::RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1)
    return {};
  ::X509_set_version(certificate, 2);
  ::ASN1_INTEGER_set_uint64(::X509_get_serialNumber(certificate), serial >> 1);
  ::X509_gmtime_adj(::X509_getm_notBefore(certificate), -kDay);
  ::X509_gmtime_adj(::X509_getm_notAfter(certificate), seconds);
  ::X509_set_pubkey(certificate, made.key.get());
  auto* subject = ::X509_get_subject_name(certificate);
  ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  ::X509_set_issuer_name(certificate, subject);
  if (!name_all(certificate, names) || ::X509_sign(certificate, made.key.get(), EVP_sha256()) == 0) return {};
  return made;
}

}  // namespace ziptone::certificate
