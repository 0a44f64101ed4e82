#include "server/config/json.hpp"

#include <memory>
#include <sstream>

#include <boost/json.hpp>

namespace ziptone::config {
namespace {

// What a TOML value can't hold is a fault and no default.
void find_unfit(const boost::json::value& value, const std::string& path, Faults& faults) {
  if (value.is_uint64()) faults.push_back({"is out of range", path, "write a smaller number"});
  if (const auto* object = value.if_object())
    for (const auto& [key, inner] : *object)
      find_unfit(inner, path.empty() ? std::string{key} : path + "." + std::string{key}, faults);
  if (const auto* array = value.if_array())
    for (std::size_t i = 0; i < array->size(); ++i) {
      const std::string item = path + "[" + std::to_string(i) + "]";
      if (array->at(i).is_null()) faults.push_back({"is null", item, "remove it, or write a value"});
      find_unfit(array->at(i), item, faults);
    }
}

toml::table table_of(const boost::json::object& object);
toml::array array_of(const boost::json::array& array);

// Hands the TOML form of a JSON value to `put`; null is as good as absent.
template <class Put>
void with_toml(const boost::json::value& value, const Put& put) {
  if (const auto* flag = value.if_bool()) return put(*flag);
  if (const auto* whole = value.if_int64()) return put(*whole);
  if (const auto* real = value.if_double()) return put(*real);
  if (const auto* text = value.if_string()) return put(std::string{*text});
  if (const auto* object = value.if_object()) return put(table_of(*object));
  if (const auto* array = value.if_array()) return put(array_of(*array));
}

toml::array array_of(const boost::json::array& array) {
  toml::array out;
  for (const auto& item : array) with_toml(item, [&](auto inner) { out.push_back(std::move(inner)); });
  return out;
}

toml::table table_of(const boost::json::object& object) {
  toml::table out;
  for (const auto& [key, value] : object) {
    const std::string name{key};
    with_toml(value, [&](auto inner) { out.insert_or_assign(name, std::move(inner)); });
  }
  return out;
}

}  // namespace

toml::table table_from_json(const std::string& json, Faults& faults) {
  boost::system::error_code broken;
  const boost::json::value value = boost::json::parse(json, broken);
  if (broken || !value.is_object()) {
    faults.push_back({"the body is no JSON object", "", "send one JSON object"});
    return {};
  }
  find_unfit(value, "", faults);
  return faults.empty() ? table_of(value.get_object()) : toml::table{};
}

std::string json_of(const toml::table& table) {
  std::ostringstream out;
  out << toml::json_formatter{table};
  return out.str();
}

}  // namespace ziptone::config
