#include "media/wav.hpp"

#include <gtest/gtest.h>

namespace ziptone::media {
namespace {

base::Error refused(const std::vector<std::uint8_t>& file) {
  const auto samples = parse_wav(file, "a.wav");
  return samples ? base::Error{"accepted", {}, {}} : samples.error();
}

TEST(Wav, WritesWhatItReads) {
  const std::vector<std::int16_t> samples = {0, 1, -1, 32767, -32768};
  const auto file = write_wav(samples);
  EXPECT_EQ(file.size(), 44u + 10u);
  EXPECT_EQ(*parse_wav(file), samples);
}

TEST(Wav, ReadsBothLaws) {
  const std::vector<std::uint8_t> codes = {0xFF, 0x00, 0x80};
  EXPECT_EQ(*parse_wav(write_wav(Codec::pcmu, codes)), (std::vector<std::int16_t>{0, -32124, 32124}));
  EXPECT_EQ(*parse_wav(write_wav(Codec::pcma, std::vector<std::uint8_t>{0xD5})),
            (std::vector<std::int16_t>{8}));
}

TEST(Wav, GivesWhatAKilledRecorderLeft) {
  auto file = write_wav(std::vector<std::int16_t>{1, 2, 3, 4});
  file.resize(44 + 5);
  EXPECT_EQ(*parse_wav(file), (std::vector<std::int16_t>{1, 2}));
}

TEST(Wav, RefusesWithTheReasonAndTheMend) {
  EXPECT_EQ(refused({}).what, "this is not a WAV file");
  auto file = write_wav(std::vector<std::int16_t>{1});
  file[24] = 0x44, file[25] = 0xAC;  // 44100
  const auto error = refused(file);
  EXPECT_EQ(error.what, "the rate is 44100 Hz, not 8000");
  EXPECT_EQ(error.where, "a.wav");
  EXPECT_FALSE(error.mend.empty());
  file = write_wav(std::vector<std::int16_t>{1});
  file[22] = 2;
  EXPECT_EQ(refused(file).what, "there are 2 channels, not one");
  file[22] = 1;
  file.resize(36);
  EXPECT_EQ(refused(file).what, "there is no data chunk");
  for (std::size_t size = 0; size < 44; ++size) {
    auto cut = write_wav(std::vector<std::int16_t>{1});
    cut.resize(size);
    EXPECT_NE(refused(cut).what, "accepted") << size;
  }
}

}  // namespace
}  // namespace ziptone::media
