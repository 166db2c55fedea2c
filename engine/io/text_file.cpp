#include "scalekv/text_file.h"

#include "scalekv/error.h"

#include <fstream>

namespace scalekv {

void writeTextFile(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::path temporary = path;
    temporary += ".part";
    {
        std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
        file << text;
        file.close();
        if (!file)
            throw Error(path.string() +
                        " cannot be written; is there room, and may you write to its folder?");
    }
    std::error_code problem;
    std::filesystem::rename(temporary, path, problem);
    if (problem)
        throw Error(path.string() + " cannot be written: " + problem.message() + ".");
}

} // namespace scalekv
