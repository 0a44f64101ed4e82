// A path that a person wrote is opened by the server: it must neither wait for it nor swallow it.
#include "server/control/message_file.hpp"

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "fixture.hpp"
#include "media/wav.hpp"

namespace ziptone::control {
namespace {

std::string refusal(const std::string& path) {
  const auto read = read_message(path);
  if (read) return "taken";
  EXPECT_EQ(read.error().where, "message_file");
  return read.error().what;
}

TEST(MessageFile, AWavIsReadAndNoPathIsNoMessage) {
  const store::TempDir dir;
  const std::vector<std::int16_t> samples{1, -2, 3};
  const auto bytes = media::write_wav(samples);
  const std::string path = dir.path() + "/m.wav";
  std::ofstream{path, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                              static_cast<std::streamsize>(bytes.size()));
  EXPECT_EQ(store::must(read_message(path)), samples);
  EXPECT_TRUE(store::must(read_message("")).empty());
}

TEST(MessageFile, WhatIsNoSoundFileIsRefusedAtOnce) {
  const store::TempDir dir;
  const std::string pipe = dir.path() + "/pipe.wav";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_NE(refusal(pipe).find("no regular file"), std::string::npos);
  EXPECT_NE(refusal("/dev/zero").find("no regular file"), std::string::npos);
  EXPECT_NE(refusal("m.wav").find("relative"), std::string::npos);
  EXPECT_NE(refusal(dir.path() + "/none.wav").find("can't be read"), std::string::npos);
  const std::string text = dir.path() + "/text.wav";
  std::ofstream{text} << "no sound";
  EXPECT_NE(refusal(text), "taken");
  const std::string silent = dir.path() + "/empty.wav";
  const auto header = media::write_wav({});
  std::ofstream{silent, std::ios::binary}.write(reinterpret_cast<const char*>(header.data()),
                                                static_cast<std::streamsize>(header.size()));
  EXPECT_NE(refusal(silent).find("holds no sound"), std::string::npos);
  const std::string large = dir.path() + "/large.wav";
  { const std::ofstream created{large}; }
  ASSERT_EQ(truncate(large.c_str(), static_cast<off_t>(kMessageBytesMax) + 1), 0);
  EXPECT_NE(refusal(large).find("over 8 MiB"), std::string::npos);
}

}  // namespace
}  // namespace ziptone::control
