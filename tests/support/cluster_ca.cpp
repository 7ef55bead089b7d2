// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/cluster_ca.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <utility>
#include <vector>

namespace troupe::test {

namespace {

using extensions = std::vector<std::pair<int, std::string>>;

void require(bool fine, const char* what) {
  if (!fine)
    throw std::runtime_error(std::string("OpenSSL: ") + what);
}

X509* make(const char* name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key, long from_s,
           long to_s, const extensions& with) {
  static long serial = 0;
  X509* c = X509_new();
  X509_set_version(c, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(c), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(c), from_s);
  X509_gmtime_adj(X509_getm_notAfter(c), to_s);
  X509_set_pubkey(c, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer : c));
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer ? issuer : c, c, nullptr, nullptr, 0);
  for (const auto& [nid, value] : with) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    require(extension, "extension");
    X509_add_ext(c, extension, -1);
    X509_EXTENSION_free(extension);
  }
  require(X509_sign(c, issuer_key, EVP_sha256()) > 0, "signature");
  return c;
}

template <class Write>
void write(const std::string& file, Write write) {
  FILE* out = std::fopen(file.c_str(), "w");
  require(out, file.c_str());
  write(out);
  std::fclose(out);
}

} // namespace

cluster_ca::cluster_ca() {
  root_ = (std::filesystem::temp_directory_path() / "troupe-cluster-XXXXXX").string();
  require(mkdtemp(root_.data()), "temporary folder");
  key_ = EVP_EC_gen("P-256");
  require(key_, "key");
  certificate_ = make("a cluster", key_, nullptr, key_, -86'400, 86'400,
                      {{NID_basic_constraints, "critical,CA:TRUE"}});
}

cluster_ca::~cluster_ca() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string cluster_ca::folder(const std::string& names, long from_s, long to_s) {
  const auto dir = root_ + "/" + std::to_string(++folders_);
  std::filesystem::create_directory(dir);
  EVP_PKEY* key = EVP_EC_gen("P-256");
  require(key, "key");
  X509* c = make("a node", key, certificate_, key_, from_s, to_s,
                 {{NID_basic_constraints, "critical,CA:FALSE"},
                  {NID_ext_key_usage, "serverAuth,clientAuth"},
                  {NID_subject_alt_name, names}});
  write(dir + "/ca.pem", [&](FILE* out) { PEM_write_X509(out, certificate_); });
  write(dir + "/node.pem", [&](FILE* out) { PEM_write_X509(out, c); });
  write(dir + "/node-key.pem",
        [&](FILE* out) { PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
  ::chmod((dir + "/node-key.pem").c_str(), 0600);
  X509_free(c);
  EVP_PKEY_free(key);
  return dir;
}

} // namespace troupe::test
