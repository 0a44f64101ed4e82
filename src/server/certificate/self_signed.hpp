// A key (ECDSA on P-256, the curve that everything has) and a certificate over it that it signed itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace ziptone::certificate {

// What OpenSSL gave, given back to it.
template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;

struct SelfSigned {
  KeyPtr key;
  X509Ptr certificate;  // both nullptr: it could not be made
};
// Valid from a day ago, for clocks that differ, until `seconds` from now. `names`: the host names and IP
// addresses that a browser may find it under (RFC 5280 4.2.1.6); empty where the fingerprint alone is looked
// at.
SelfSigned make_self_signed(const std::string& common_name, long seconds,
                            const std::vector<std::string>& names = {});

bool is_ip_address(const std::string& name);

}  // namespace ziptone::certificate
