#pragma once

#include "tests/io/checkpoint_bytes.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>
#include <QTemporaryDir>

#include <filesystem>

/// The folder with the parity fixtures.
inline std::filesystem::path parityFolder() {
    return std::filesystem::absolute(
        qEnvironmentVariable("SCALEKV_PARITY_DIR", SCALEKV_SOURCE_DIR "/tests/data/parity").toStdString());
}

/// A folder of links to fixtures, as if a person had downloaded them. "wide_t5" is tiny_t5 with a config.json
/// of 256 channels, which is what the tiny 8B transformer was made for.
class Downloads {
public:
    explicit Downloads(const QStringList& names) {
        for (const QString& name : names) {
            if (name == "wide_t5")
                addWideTextEncoder();
            else
                std::filesystem::create_symlink(parityFolder() / name.toStdString(),
                                                path() / name.toStdString());
        }
    }
    std::filesystem::path path() const { return folder_.path().toStdString(); }

private:
    void addWideTextEncoder() {
        const std::filesystem::path target = path() / "wide_t5";
        std::filesystem::create_directory(target);
        for (const auto& entry : std::filesystem::directory_iterator(parityFolder() / "tiny_t5"))
            if (entry.path().filename() != "config.json")
                std::filesystem::create_symlink(entry.path(), target / entry.path().filename());
        const std::string text = checkpoint_bytes::read(parityFolder() / "tiny_t5/config.json");
        QJsonObject config = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
        config["d_model"] = 256;
        checkpoint_bytes::write(target / "config.json", QJsonDocument(config).toJson().toStdString());
    }

    QTemporaryDir folder_;
};
