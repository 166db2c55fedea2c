#include "engine/cache/roles_json.h"

namespace scalekv {
namespace {

constexpr char kDrafter = 'd';
constexpr char kRefiner = '.';

} // namespace

nlohmann::ordered_json rolesJson(const RoleTable& roles) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const std::vector<bool>& row : roles.rows) {
        std::string letters;
        for (const bool drafter : row)
            letters += drafter ? kDrafter : kRefiner;
        json.push_back(letters);
    }
    return json;
}

RoleTable readRoles(const JsonFields& fields, const char* field) {
    RoleTable roles;
    for (const std::string& letters : fields.texts(field)) {
        const std::size_t layers = roles.rows.empty() ? letters.size() : roles.rows.front().size();
        if (letters.empty() || letters.size() != layers ||
            letters.find_first_not_of({kDrafter, kRefiner}) != std::string::npos)
            fields.fail(field, "has a row that is not one letter (d or .) for each layer");
        roles.rows.emplace_back();
        for (const char letter : letters)
            roles.rows.back().push_back(letter == kDrafter);
    }
    if (roles.rows.empty())
        fields.fail(field, "is empty");
    if (roles.drafters(0) > 0)
        fields.fail(field, "has a drafter at scale 0, which has no history");
    return roles;
}

} // namespace scalekv
