// The folder with certificates in the form the SIP library reads: agent.pem (ours, with its key) and
// cafile.pem.
#pragma once

#include <string>

#include "base/result.hpp"

namespace ziptone::signalling {

// Made for one listener, removed with it; only this user can read it.
class CertificateFolder {
 public:
  CertificateFolder() = default;
  ~CertificateFolder();
  CertificateFolder(const CertificateFolder&) = delete;
  CertificateFolder& operator=(const CertificateFolder&) = delete;

  // `own_dir`: a folder with agent.pem; empty: one is made and signed by itself, for carriers that want none.
  // `ca_file`: PEM of those we trust; empty: the system's.
  base::Result<> fill(const std::string& own_dir, const std::string& ca_file);
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ziptone::signalling
