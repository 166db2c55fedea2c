#pragma once

#include "engine/io/checkpoint.h"

#include <ATen/ATen.h>
#include <QDir>
#include <QString>
#include <QTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

/// What tests that compare with reference results share. A fixture is a safetensors file whose metadata holds
/// the settings of its run, JSON in each value.
namespace scalekv::test {

inline std::filesystem::path parityFolder() {
    return qEnvironmentVariable("SCALEKV_PARITY_DIR", SCALEKV_SOURCE_DIR "/tests/data/parity").toStdString();
}

inline std::filesystem::path demoFixtureFolder() {
    return SCALEKV_SOURCE_DIR "/tests/data/demo";
}

inline std::filesystem::path demoModelFolder() {
    return SCALEKV_SOURCE_DIR "/resources/demo";
}

/// Files of a folder that match a pattern ("*_vae_roundtrip.safetensors"), sorted.
inline std::vector<std::filesystem::path> filesLike(const std::filesystem::path& folder,
                                                    const QString& pattern) {
    std::vector<std::filesystem::path> files;
    for (const QString& name :
         QDir(QString::fromStdString(folder.string())).entryList({pattern}, QDir::Files, QDir::Name))
        files.push_back(folder / name.toStdString());
    return files;
}

/// A setting of a fixture's run; null when it has none of that name.
inline nlohmann::json setting(const Checkpoint& fixture, const std::string& name) {
    const auto found = fixture.metadata().find(name);
    return found == fixture.metadata().end() ? nlohmann::json() : nlohmann::json::parse(found->second);
}

/// Largest difference over the largest magnitude of `expected`; infinite where shapes differ or a number is
/// not finite.
inline double relativeError(const at::Tensor& actual, const at::Tensor& expected) {
    if (actual.sizes() != expected.sizes() || !actual.isfinite().all().item<bool>())
        return std::numeric_limits<double>::infinity();
    const at::Tensor a = actual.to(at::kDouble), e = expected.to(at::kDouble);
    return (a - e).abs().max().item<double>() / e.abs().max().item<double>();
}

/// QVERIFY with the figure in the message.
#define VERIFY_BELOW(value, bound)                                                                           \
    do {                                                                                                     \
        const double measured = (value);                                                                     \
        QVERIFY2(measured < (bound),                                                                         \
                 qPrintable(QStringLiteral("%1 is %2, not below %3").arg(#value).arg(measured).arg(bound))); \
    } while (false)

} // namespace scalekv::test
