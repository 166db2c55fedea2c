#include "ui/form_settings.h"

#include <QCryptographicHash>
#include <QSettings>

#include <algorithm>

namespace scalekv::ui {
namespace {

QString groupOf(const QString& path) {
    const QByteArray hash =
        QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha1).toHex().left(12);
    return QStringLiteral("form/") + QString::fromLatin1(hash);
}

QVariantList toVariant(const std::vector<double>& numbers) {
    QVariantList list;
    for (const double number : numbers)
        list += number;
    return list;
}

std::vector<double> toNumbers(const QVariant& value, const std::vector<double>& otherwise) {
    std::vector<double> numbers;
    for (const QVariant& number : value.toList())
        numbers.push_back(number.toDouble());
    return numbers.empty() ? otherwise : numbers;
}

void keepIfChanged(QSettings& settings, const QString& key, const QVariant& value,
                   const QVariant& recommended) {
    if (value == recommended)
        settings.remove(key);
    else
        settings.setValue(key, value);
}

} // namespace

GenerationRequest recommendedRequest(const ModelFiles& model) {
    GenerationRequest request;
    request.size = model.defaults.size;
    request.cfg = {model.defaults.cfg};
    request.tau = {model.defaults.tau};
    request.topK = model.defaults.topK;
    request.topP = model.defaults.topP;
    const auto& ratios = model.aspectRatios;
    request.aspectRatio =
        ratios.empty() || std::count(ratios.begin(), ratios.end(), 1.0) ? 1.0 : ratios.front();
    request.preview = Preview::EachScale;
    return request;
}

GenerationRequest rememberedRequest(const ModelSummary& model) {
    GenerationRequest request = recommendedRequest(model.files);
    QSettings settings;
    settings.beginGroup(groupOf(model.path));
    const std::string size =
        settings.value(QStringLiteral("size"), QString::fromStdString(request.size)).toString().toStdString();
    if (std::count(model.files.sizes.begin(), model.files.sizes.end(), size))
        request.size = size;
    const double ratio = settings.value(QStringLiteral("aspectRatio"), request.aspectRatio).toDouble();
    if (std::count(model.files.aspectRatios.begin(), model.files.aspectRatios.end(), ratio))
        request.aspectRatio = ratio;
    request.cfg = toNumbers(settings.value(QStringLiteral("cfg")), request.cfg);
    request.tau = toNumbers(settings.value(QStringLiteral("tau")), request.tau);
    request.topK = settings.value(QStringLiteral("topK"), request.topK).toInt();
    request.topP = settings.value(QStringLiteral("topP"), request.topP).toDouble();
    return request;
}

void rememberRequest(const ModelSummary& model, const GenerationRequest& request) {
    const GenerationRequest recommended = recommendedRequest(model.files);
    QSettings settings;
    settings.beginGroup(groupOf(model.path));
    keepIfChanged(settings, QStringLiteral("size"), QString::fromStdString(request.size),
                  QString::fromStdString(recommended.size));
    keepIfChanged(settings, QStringLiteral("aspectRatio"), request.aspectRatio, recommended.aspectRatio);
    keepIfChanged(settings, QStringLiteral("cfg"), toVariant(request.cfg), toVariant(recommended.cfg));
    keepIfChanged(settings, QStringLiteral("tau"), toVariant(request.tau), toVariant(recommended.tau));
    keepIfChanged(settings, QStringLiteral("topK"), request.topK, recommended.topK);
    keepIfChanged(settings, QStringLiteral("topP"), request.topP, recommended.topP);
}

} // namespace scalekv::ui
