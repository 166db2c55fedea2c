#include "ui/model_picker.h"

#include "widgets/eliding_combo_box.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QSettings>
#include <QSignalBlocker>

namespace scalekv::ui {
namespace {

constexpr int kMostRecent = 8;
constexpr char kRecentKey[] = "models/recent";
constexpr char kFolderKey[] = "models/folder";

QString clean(const QString& path) {
    return QDir::cleanPath(QFileInfo(path).absoluteFilePath());
}

} // namespace

ModelPicker::ModelPicker(const QString& demoPath, QWidget* parent)
    : QWidget(parent), box_(new widgets::ElidingComboBox(this)), open_(new widgets::FocusToolButton(this)),
      demoPath_(demoPath.isEmpty() ? QString() : clean(demoPath)) {
    QSettings settings;
    const int count = settings.beginReadArray(QLatin1String(kRecentKey));
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        recent_ += Known{settings.value(QStringLiteral("path")).toString(),
                         settings.value(QStringLiteral("name")).toString()};
    }
    settings.endArray();

    box_->setAccessibleName(tr("Model"));
    box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box_->setMinimumContentsLength(6);
    open_->setIcon(widgets::icon(QStringLiteral("open")));
    open_->setToolTip(tr("Open another model"));
    open_->setAccessibleName(open_->toolTip());
    open_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(open_);
    menu->addAction(tr("Open model f&older…"), this, &ModelPicker::openFolder);
    menu->addAction(tr("Open model &file…"), this, &ModelPicker::openFile);
    open_->setMenu(menu);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(box_, 1);
    layout->addWidget(open_);
    fill();
    connect(box_, &QComboBox::activated, this, [this](int index) {
        const QString path = box_->itemData(index).toString();
        if (!path.isEmpty())
            Q_EMIT chosen(path);
    });
}

void ModelPicker::fill() {
    const QSignalBlocker blocker(box_);
    box_->clear();
    QString demoName = tr("Demo model");
    for (const Known& known : recent_) {
        if (known.path == demoPath_)
            demoName = known.name;
    }
    if (!demoPath_.isEmpty()) {
        box_->addItem(demoName, demoPath_);
        box_->setItemData(0, demoPath_, Qt::ToolTipRole);
    }
    for (const Known& known : recent_) {
        if (known.path == demoPath_)
            continue;
        box_->addItem(known.name, known.path);
        box_->setItemData(box_->count() - 1, known.path, Qt::ToolTipRole);
    }
    if (box_->count() == 0)
        box_->setPlaceholderText(tr("Open a model →"));
    box_->setCurrentIndex(box_->findData(loadedPath_));
}

void ModelPicker::store() const {
    QSettings settings;
    settings.beginWriteArray(QLatin1String(kRecentKey), static_cast<int>(recent_.size()));
    for (int i = 0; i < recent_.size(); ++i) {
        settings.setArrayIndex(i);
        settings.setValue(QStringLiteral("path"), recent_[i].path);
        settings.setValue(QStringLiteral("name"), recent_[i].name);
    }
    settings.endArray();
}

void ModelPicker::setLoaded(const QString& path, const QString& name) {
    loadedPath_ = clean(path);
    recent_.removeIf([this](const Known& known) { return known.path == loadedPath_; });
    recent_.prepend(Known{loadedPath_, name});
    recent_.resize(std::min<qsizetype>(recent_.size(), kMostRecent));
    store();
    fill();
}

void ModelPicker::showLoaded() {
    fill();
}

void ModelPicker::showChosen(const QString& path) {
    const QSignalBlocker blocker(box_);
    int index = box_->findData(clean(path));
    if (index < 0) {
        box_->addItem(QFileInfo(path).fileName(), clean(path));
        index = box_->count() - 1;
    }
    box_->setCurrentIndex(index);
}

void ModelPicker::forget(const QString& path) {
    recent_.removeIf([gone = clean(path)](const Known& known) { return known.path == gone; });
    store();
    fill();
}

QString ModelPicker::chosenPath() const {
    return box_->currentData().toString();
}

QString ModelPicker::firstPath() const {
    for (const Known& known : recent_) {
        if (QFileInfo::exists(known.path))
            return known.path;
    }
    return demoPath_;
}

void ModelPicker::openFolder() {
    QSettings settings;
    const QString folder = QFileDialog::getExistingDirectory(
        this, tr("Open a model's folder"), settings.value(QLatin1String(kFolderKey)).toString());
    if (folder.isEmpty())
        return;
    settings.setValue(QLatin1String(kFolderKey), QFileInfo(folder).absolutePath());
    Q_EMIT chosen(folder);
}

void ModelPicker::openFile() {
    QSettings settings;
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Open a model"), settings.value(QLatin1String(kFolderKey)).toString(),
        tr("Models (*.pth *.pt *.bin *.safetensors *.index.json model.json);;All files (*)"));
    if (file.isEmpty())
        return;
    settings.setValue(QLatin1String(kFolderKey), QFileInfo(file).absolutePath());
    Q_EMIT chosen(file);
}

} // namespace scalekv::ui
