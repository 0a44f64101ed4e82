// The certificate that the page and the API are served with over HTTPS: the administrator's own, or one that
// the first start makes for itself. Used on the api thread.
#pragma once

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>

#include "base/result.hpp"

namespace ziptone::api {

class Certificate {
 public:
  // PEM files: the certificate, with those between it and its authority after it, and its key. They are read
  // again when they change; a pair that does not fit is told and the one in use stays.
  static base::Result<std::shared_ptr<Certificate>> from_files(const std::string& certificate,
                                                               const std::string& key);
  // DATA/https.crt and DATA/https.key (0600): ECDSA on P-256, self-signed, for these names and addresses, a
  // year and a month. Made when there is none, when a name is missing in it, and in its last month. Browsers
  // warn of it until it is trusted on their machine.
  static base::Result<std::shared_ptr<Certificate>> own(const std::string& data_dir,
                                                        const std::vector<std::string>& names);

  // TLS 1.2 and later. Looks after the files; never nullptr.
  std::shared_ptr<boost::asio::ssl::context> context();
  // SHA-256 of the certificate, "AB:CD:...", as browsers show it.
  std::string fingerprint() const;

 private:
  Certificate(std::string certificate, std::string key);
  base::Result<> read();
  std::string certificate_, key_;  // paths
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::time_t looked_at_ = 0;
  std::string seen_;  // what the files' times and sizes were
};

}  // namespace ziptone::api
