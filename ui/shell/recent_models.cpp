#include "ui/shell/recent_models.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include <algorithm>

namespace scalekv::ui {
namespace {

constexpr int kMostRecent = 8;
constexpr char kRecentKey[] = "models/recent";

} // namespace

RecentModels::RecentModels(const QString& demoPath, QObject* parent)
    : QObject(parent), demoPath_(demoPath.isEmpty() ? QString() : clean(demoPath)) {
    QSettings settings;
    const int count = settings.beginReadArray(QLatin1String(kRecentKey));
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        models_ += Known{settings.value(QStringLiteral("path")).toString(),
                         settings.value(QStringLiteral("name")).toString()};
    }
    settings.endArray();
}

QString RecentModels::clean(const QString& path) {
    return QDir::cleanPath(QFileInfo(path).absoluteFilePath());
}

void RecentModels::store() const {
    QSettings settings;
    settings.beginWriteArray(QLatin1String(kRecentKey), static_cast<int>(models_.size()));
    for (int i = 0; i < models_.size(); ++i) {
        settings.setArrayIndex(i);
        settings.setValue(QStringLiteral("path"), models_[i].path);
        settings.setValue(QStringLiteral("name"), models_[i].name);
    }
    settings.endArray();
}

QVector<RecentModels::Known> RecentModels::others() const {
    QVector<Known> others = models_;
    others.removeIf([this](const Known& known) { return known.path == demoPath_; });
    return others;
}

QString RecentModels::demoName() const {
    const auto demo = std::find_if(models_.begin(), models_.end(),
                                   [this](const Known& known) { return known.path == demoPath_; });
    return demo == models_.end() ? tr("Demo model") : demo->name;
}

QString RecentModels::first() const {
    for (const Known& known : models_) {
        if (QFileInfo::exists(known.path))
            return known.path;
    }
    return demoPath_;
}

void RecentModels::use(const QString& path, const QString& name) {
    const QString used = clean(path);
    models_.removeIf([&](const Known& known) { return known.path == used; });
    models_.prepend(Known{used, name});
    models_.resize(std::min<qsizetype>(models_.size(), kMostRecent));
    store();
    Q_EMIT changed();
}

void RecentModels::forget(const QString& path) {
    models_.removeIf([gone = clean(path)](const Known& known) { return known.path == gone; });
    store();
    Q_EMIT changed();
}

} // namespace scalekv::ui
