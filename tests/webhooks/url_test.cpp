// Where a webhook may go.
#include "server/webhooks/url.hpp"

#include <gtest/gtest.h>

namespace ziptone::webhooks {
namespace {

TEST(WebhookUrl, ReadsSchemeHostPortAndTarget) {
  const auto plain = parse_url("http://crm.example.com");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->secure);
  EXPECT_EQ(plain->host, "crm.example.com");
  EXPECT_EQ(plain->port, "80");
  EXPECT_EQ(plain->target, "/");
  const auto full = parse_url("https://crm.example.com:8443/hook?from=ziptone&x=%20");
  ASSERT_TRUE(full);
  EXPECT_TRUE(full->secure);
  EXPECT_EQ(full->port, "8443");
  EXPECT_EQ(full->target, "/hook?from=ziptone&x=%20");
  const auto query = parse_url("https://crm.example.com?a=b");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->target, "/?a=b");
  const auto v6 = parse_url("https://[2a00:1450::1]:9/x");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "2a00:1450::1");
  EXPECT_EQ(v6->port, "9");
}

TEST(WebhookUrl, RefusesWhatHidesWhereItLeads) {
  for (const char* text : {"",
                           "crm.example.com",
                           "ftp://host/",
                           "javascript://host/",
                           "https:/host",
                           "https:///path",
                           "http://:80/",
                           "https://me:secret@host/",
                           "https://host@other/",
                           "https://host/a b",
                           "https://host/\r\nX: y",
                           "https://host/#part",
                           "https://host:0/",
                           "https://host:65536/",
                           "https://host:port/",
                           "https://host:/",
                           "https://[::1",
                           "https://[not]/",
                           "https://[1.2.3.4]/",
                           "https://[2a00::1]x/",
                           "https://ho%73t/",
                           "https://h\xC3\xB6st/",
                           "https://host\\@other/"})
    EXPECT_FALSE(parse_url(text)) << text;
  EXPECT_FALSE(parse_url("https://host/" + std::string(2000, 'a')));
}

bool open(const char* text) { return is_public(*media::parse_ip(text)); }

TEST(WebhookAddress, ThePublicInternetIsOpen) {
  for (const char* text :
       {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "192.167.1.1",
        "223.255.255.255", "2a00:1450:4001::1", "::ffff:8.8.8.8"})
    EXPECT_TRUE(open(text)) << text;
}

TEST(WebhookAddress, WhatIsInsideIsNot) {
  for (const char* text : {"0.0.0.0",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.0.1",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "192.0.2.1",
                           "198.18.0.1",
                           "198.19.9.9",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "2001:db8::1",
                           "2001::1"})
    EXPECT_FALSE(open(text)) << text;
}

}  // namespace
}  // namespace ziptone::webhooks
