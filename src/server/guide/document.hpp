// A guide as the JSON document that is kept and served:
//
//   {"languages": ["tr", "en"],
//    "sets": [{"id": "opening", "title": {"tr": "...", "en": "..."}, "next": "end",
//              "questions": [{"id": "knows", "kind": "yes_no", "text": {...}, "required": true,
//                             "choices": [{"id": "a", "text": {...}}],
//                             "branches": [{"answer": "no", "to": "pitch", "code": "No Answer"}]}]}]}
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "server/guide/guide.hpp"

namespace ziptone::guide {

// Errors name the place: "sets[0].questions[2].kind". Unknown fields are refused.
base::Result<Guide, std::vector<base::Error>> parse(const std::string& json);
std::string to_json(const Guide& guide);

std::string to_json(const Answers& answers);  // {"knows": ["yes"], "age": []}
// Of a question: null (passed over), a text, or a list of texts; numbers and true or false are read as texts.
base::Result<Answers> parse_answers(const std::string& json);

}  // namespace ziptone::guide
