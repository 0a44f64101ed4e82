// Trains the classifiers of src/analysis and writes their weights as a source file.
//
//   train ROWS.csv LABELS.csv MODEL.cpp [PREDICTIONS.csv]
//
// ROWS.csv is what `ziptone analyse --features` prints, LABELS.csv names each file's label (human, machine,
// music; others are left out) and its speaker. With PREDICTIONS.csv the person's trees are first trained four
// times, each time without a quarter of the speakers, and that quarter's odds are written for
// tools/analysis/choose.py; the trees of MODEL.cpp have heard everybody. Same input, same output: the seed is
// fixed. docs/internals/analysis.md has the whole recipe.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "analysis/features.hpp"

namespace {

using ziptone::analysis::feature_name;
using ziptone::analysis::FeatureRow;
using ziptone::analysis::kFeatures;

constexpr std::size_t kBins = 64;
constexpr int kFolds = 4;
constexpr unsigned kSeed = 7;

struct Settings {
  int depth = 5;
  int rounds = 300;
  double rate = 0.05;
  double lambda = 5;
  double least_weight = 20;  // of a leaf
  double rows = 0.5;         // share of the rows, and of the features, that each tree sees
  double columns = 0.5;
};

struct Label {
  std::string label;
  std::size_t speaker = 0;
};

struct Sample {
  std::size_t file = 0;
  FeatureRow x{};
};

// Rows with binned features; the edges are quantiles of all rows.
struct Table {
  std::vector<std::uint8_t> bins;  // by feature, then by row
  std::array<std::vector<float>, kFeatures> edges;
  std::vector<float> target, weight;
  std::size_t rows = 0;

  std::uint8_t bin(std::size_t feature, std::size_t row) const { return bins[feature * rows + row]; }
};

struct Split {
  std::size_t feature = 0;
  std::size_t bin = kBins;  // rows above it go right; kBins: none do
};
struct Tree {
  std::vector<Split> splits;
  std::vector<double> leaves;
};
struct Forest {
  double base = 0;
  std::vector<Tree> trees;
};

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',')
      out.emplace_back();
    else if (c != '\r' && c != '"')
      out.back() += c;
  }
  return out;
}

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::map<std::string, Label> read_labels(const std::string& path) {
  std::ifstream in{path};
  std::string line;
  std::getline(in, line);
  std::map<std::string, std::size_t> column;
  const auto head = cells(line);
  for (std::size_t i = 0; i < head.size(); ++i) column[head[i]] = i;
  std::map<std::string, Label> labels;
  while (std::getline(in, line)) {
    const auto row = cells(line);
    // One speaker's files are all in one fold; without a name the file stands for itself.
    const std::string speaker =
        row[column.at("speaker")].empty() ? row[column.at("file")] : row[column.at("speaker")];
    std::size_t hash = 2166136261U;
    for (const char c : speaker.substr(0, speaker.find('/')))
      hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    labels[base_name(row[column.at("file")])] = {row[column.at("label")], hash & 0xFFFFFFU};
  }
  return labels;
}

// Later than this after the last word, or after the onset, everything is decided.
bool matters(const FeatureRow& x) {
  constexpr std::size_t kSinceOnset = 2;
  constexpr std::size_t kSilence = 4;
  return x[kSilence] <= 2.2F && x[kSinceOnset] <= 6.5F;
}

std::vector<Sample> read_rows(const std::string& path, std::vector<std::string>& files) {
  std::ifstream in{path};
  std::string line;
  std::getline(in, line);
  std::vector<Sample> samples;
  while (std::getline(in, line)) {
    const char* at = line.data();
    const char* const end = at + line.size();
    const char* comma = std::find(at, end, ',');
    const std::string file = base_name(std::string{at, comma});
    if (files.empty() || files.back() != file) files.push_back(file);
    Sample sample{.file = files.size() - 1, .x = {}};
    for (float& value : sample.x) {
      at = comma + 1;
      comma = std::from_chars(at, end, value).ptr;
    }
    if (matters(sample.x)) samples.push_back(sample);
  }
  return samples;
}

// `target` says 1, 0, or -1 for left out.
template <class Target>
Table table_of(const std::vector<Sample>& samples, const Target& target, std::size_t files) {
  std::vector<const Sample*> used;
  std::vector<int> per_file(files);
  for (const Sample& s : samples) {
    if (target(s.file) < 0) continue;
    used.push_back(&s);
    ++per_file[s.file];
  }
  Table t;
  t.rows = used.size();
  t.bins.resize(t.rows * kFeatures);
  for (const Sample* s : used) {
    t.target.push_back(static_cast<float>(target(s->file)));
    t.weight.push_back(20.0F / static_cast<float>(per_file[s->file]));
  }
  for (std::size_t f = 0; f < kFeatures; ++f) {
    std::vector<float> values;
    for (const Sample* s : used) values.push_back(s->x[f]);
    std::sort(values.begin(), values.end());
    for (std::size_t k = 1; k < kBins; ++k) {
      const float edge = values[k * (values.size() - 1) / kBins];
      if (t.edges[f].empty() || edge > t.edges[f].back()) t.edges[f].push_back(edge);
    }
    for (std::size_t i = 0; i < t.rows; ++i)
      t.bins[f * t.rows + i] = static_cast<std::uint8_t>(
          std::lower_bound(t.edges[f].begin(), t.edges[f].end(), used[i]->x[f]) - t.edges[f].begin());
  }
  return t;
}

// Gradient boosting of the logistic loss with second-order leaves, trees grown level by level on histograms.
class Booster {
 public:
  Booster(const Table& table, const std::vector<bool>& allowed, const Settings& settings)
      : t_(table), settings_(settings) {
    for (std::size_t f = 0; f < kFeatures; ++f)
      if (allowed[f]) features_.push_back(f);
  }

  Forest train(const std::vector<std::size_t>& rows) {
    double weight = 0;
    double positive = 0;
    for (const std::size_t r : rows) {
      weight += t_.weight[r];
      positive += t_.weight[r] * t_.target[r];
    }
    Forest forest{.base = std::log(positive / (weight - positive)), .trees = {}};
    odds_.assign(t_.rows, forest.base);
    gradient_.assign(t_.rows, 0);
    hessian_.assign(t_.rows, 0);
    node_.assign(t_.rows, 0);
    for (int round = 0; round < settings_.rounds; ++round) forest.trees.push_back(grow(rows));
    return forest;
  }

 private:
  Tree grow(const std::vector<std::size_t>& rows) {
    std::vector<std::size_t> seen;
    for (const std::size_t r : rows)
      if (static_cast<double>(random_() & 0xFFFFU) < settings_.rows * 65536) seen.push_back(r);
    std::vector<std::size_t> features = features_;
    std::shuffle(features.begin(), features.end(), random_);
    features.resize(static_cast<std::size_t>(static_cast<double>(features.size()) * settings_.columns));
    for (const std::size_t r : seen) {
      const double p = 1 / (1 + std::exp(-odds_[r]));
      gradient_[r] = static_cast<float>(t_.weight[r] * (p - t_.target[r]));
      hessian_[r] = static_cast<float>(t_.weight[r] * p * (1 - p));
      node_[r] = 0;
    }
    Tree tree;
    for (int level = 0; level < settings_.depth; ++level)
      split(seen, features, std::size_t{1} << level, tree);
    const std::size_t leaves = std::size_t{1} << settings_.depth;
    std::vector<double> g(leaves);
    std::vector<double> h(leaves);
    for (const std::size_t r : seen) {
      g[node_[r]] += gradient_[r];
      h[node_[r]] += hessian_[r];
    }
    for (std::size_t l = 0; l < leaves; ++l)
      tree.leaves.push_back(-settings_.rate * g[l] / (h[l] + settings_.lambda));
    for (const std::size_t r : rows) odds_[r] += tree.leaves[leaf_of(tree, t_, r)];
    return tree;
  }

  void split(const std::vector<std::size_t>& seen, const std::vector<std::size_t>& features,
             std::size_t width, Tree& tree) {
    std::vector<double> best(width, 1e-6);
    std::vector<Split> chosen(width);
    std::vector<float> g(width * kBins);
    std::vector<float> h(width * kBins);
    for (const std::size_t f : features) {
      std::fill(g.begin(), g.end(), 0.0F);
      std::fill(h.begin(), h.end(), 0.0F);
      const std::uint8_t* const column = &t_.bins[f * t_.rows];
      for (const std::size_t r : seen) {
        const std::size_t at = node_[r] * kBins + column[r];
        g[at] += gradient_[r];
        h[at] += hessian_[r];
      }
      for (std::size_t n = 0; n < width; ++n) best_of(f, &g[n * kBins], &h[n * kBins], best[n], chosen[n]);
    }
    for (const std::size_t r : seen) {
      const Split& s = chosen[node_[r]];
      node_[r] = 2 * node_[r] + (t_.bin(s.feature, r) > s.bin ? 1U : 0U);
    }
    tree.splits.insert(tree.splits.end(), chosen.begin(), chosen.end());
  }

  void best_of(std::size_t feature, const float* g, const float* h, double& best, Split& chosen) const {
    const double all_g = std::accumulate(g, g + kBins, 0.0);
    const double all_h = std::accumulate(h, h + kBins, 0.0);
    const auto worth = [&](double gradient, double hessian) {
      return gradient * gradient / (hessian + settings_.lambda);
    };
    double left_g = 0;
    double left_h = 0;
    for (std::size_t k = 0; k + 1 < kBins; ++k) {
      left_g += g[k];
      left_h += h[k];
      if (left_h < settings_.least_weight || all_h - left_h < settings_.least_weight) continue;
      const double gain = worth(left_g, left_h) + worth(all_g - left_g, all_h - left_h) - worth(all_g, all_h);
      if (gain <= best) continue;
      best = gain;
      chosen = {feature, k};
    }
  }

 public:
  static std::size_t leaf_of(const Tree& tree, const Table& table, std::size_t row) {
    std::size_t node = 0;
    while (node < tree.splits.size()) {
      const Split& s = tree.splits[node];
      node = 2 * node + 1 + (table.bin(s.feature, row) > s.bin ? 1U : 0U);
    }
    return node - tree.splits.size();
  }

 private:
  const Table& t_;
  Settings settings_;
  std::mt19937 random_{kSeed};
  std::vector<std::size_t> features_;
  std::vector<double> odds_;
  std::vector<float> gradient_, hessian_;
  std::vector<std::size_t> node_;
};

double odds_of(const Forest& forest, const Table& table, std::size_t row) {
  double sum = forest.base;
  for (const Tree& tree : forest.trees) sum += tree.leaves[Booster::leaf_of(tree, table, row)];
  return sum;
}

// Numbers in lines of at most 110 columns.
class Lines {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}
  void put(const std::string& number) {
    if (line_.size() + number.size() > 108) flush();
    line_ += number + ",";
  }
  void flush() {
    if (!line_.empty()) out_ << line_ << "\n";
    line_.clear();
  }

 private:
  std::ostream& out_;
  std::string line_;
};

void write_forest(std::ostream& out, const Forest& forest, const Table& table, int depth,
                  const std::string& name) {
  Lines lines{out};
  fmt::print(out, "constexpr std::uint8_t k{}Features[] = {{\n", name);
  for (const Tree& tree : forest.trees)
    for (const Split& s : tree.splits) lines.put(std::to_string(s.feature));
  lines.flush();
  fmt::print(out, "}};\nconstexpr float k{}Thresholds[] = {{\n", name);
  for (const Tree& tree : forest.trees)
    for (const Split& s : tree.splits)
      lines.put(s.bin < table.edges[s.feature].size() ? fmt::format("{:#.8g}F", table.edges[s.feature][s.bin])
                                                      : "1e9F");
  lines.flush();
  fmt::print(out, "}};\nconstexpr float k{}Leaves[] = {{\n", name);
  for (const Tree& tree : forest.trees)
    for (const double leaf : tree.leaves) lines.put(fmt::format("{:.4f}F", leaf));
  lines.flush();
  fmt::print(out,
             "}};\n\n}}  // namespace\n\nconst Trees k{0}Trees{{{1}, {2:.5f}F, k{0}Features, k{0}Thresholds, "
             "k{0}Leaves}};\n",
             name, depth, forest.base);
}

std::vector<std::size_t> all_rows(const Table& table) {
  std::vector<std::size_t> rows(table.rows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "train ROWS.csv LABELS.csv MODEL.cpp [PREDICTIONS.csv]\n");
    return 2;
  }
  const auto labels = read_labels(argv[2]);
  std::vector<std::string> files;
  const auto samples = read_rows(argv[1], files);
  const auto label_of = [&](std::size_t file) -> const Label& { return labels.at(files[file]); };
  fmt::print(stderr, "{} rows of {} files\n", samples.size(), files.size());

  // How the voice sounds says who recorded it, not what it is: only the clock, the words and the levels
  // count.
  std::vector<bool> timing(kFeatures, true);
  // And music is told by its sound, whenever it comes.
  std::vector<bool> sound(kFeatures, false);
  for (int f = 0; f < kFeatures; ++f) timing[static_cast<std::size_t>(f)] = feature_name(f) != "flux";
  for (std::size_t f = 1; f < kFeatures; ++f) timing[f] = timing[f] && timing[f - 1];
  for (int f = 0; f < kFeatures; ++f) sound[static_cast<std::size_t>(f)] = feature_name(f) == "range";
  for (std::size_t f = 1; f < kFeatures; ++f) sound[f] = sound[f] || sound[f - 1];

  const auto person = [&](std::size_t file) {
    const auto& label = label_of(file).label;
    return label == "human" ? 1 : label == "machine" || label == "music" ? 0 : -1;
  };
  const auto music = [&](std::size_t file) {
    const auto& label = label_of(file).label;
    return label == "music" ? 1 : label == "machine" || label == "human" ? 0 : -1;
  };
  const Settings settings;
  const Table people = table_of(samples, person, files.size());
  if (argc > 4) {
    std::vector<const Sample*> used;
    for (const Sample& s : samples)
      if (person(s.file) >= 0) used.push_back(&s);
    std::ofstream out{argv[4]};
    fmt::print(out, "file,now,since_onset,silence,odds\n");
    for (std::size_t fold = 0; fold < kFolds; ++fold) {
      std::vector<std::size_t> others;
      for (std::size_t r = 0; r < people.rows; ++r)
        if (label_of(used[r]->file).speaker % kFolds != fold) others.push_back(r);
      const Forest forest = Booster{people, timing, settings}.train(others);
      for (std::size_t r = 0; r < people.rows; ++r)
        if (label_of(used[r]->file).speaker % kFolds == fold)
          fmt::print(out, "{},{:.2f},{:.2f},{:.2f},{:.4f}\n", files[used[r]->file], used[r]->x[0],
                     used[r]->x[2], used[r]->x[4], odds_of(forest, people, r));
    }
  }

  std::ofstream out{argv[3]};
  fmt::print(out,
             "// generated by tools/analysis/train from {} rows of {} recordings; do not edit "
             "(docs/internals/analysis.md)\n"
             "#include \"analysis/model.hpp\"\n\nnamespace ziptone::analysis {{\nnamespace {{\n\n",
             samples.size(), files.size());
  write_forest(out, Booster{people, timing, settings}.train(all_rows(people)), people, settings.depth,
               "Person");
  const Table songs = table_of(samples, music, files.size());
  const Settings small{.depth = 4, .rounds = 60, .rate = 0.1};
  fmt::print(out, "\nnamespace {{\n\n");
  write_forest(out, Booster{songs, sound, small}.train(all_rows(songs)), songs, small.depth, "Music");
  fmt::print(out, "\n}}  // namespace ziptone::analysis\n");
  return out.good() ? 0 : 1;
}
