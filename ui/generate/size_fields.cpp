#include "ui/generate/size_fields.h"

#include "scalekv/error.h"
#include "scalekv/scale_schedule.h"
#include "ui/text/shape_text.h"
#include "widgets/choice_box.h"

#include <QComboBox>

namespace scalekv::ui {

using widgets::ChoiceBox;

SizeFields::SizeFields(QWidget* parent)
    : QObject(parent), size_(new ChoiceBox(parent)), ratio_(new ChoiceBox(parent)) {
    size_->box()->setObjectName(QStringLiteral("size"));
    ratio_->box()->setObjectName(QStringLiteral("aspectRatio"));
    size_->setEnabled(false);
    ratio_->setEnabled(false);
    // Either says how many pixels it comes to, and that depends on the other.
    connect(size_, &ChoiceBox::chosenChanged, this, [this] {
        fillRatios();
        Q_EMIT changed();
    });
    connect(ratio_, &ChoiceBox::chosenChanged, this, [this] {
        fillSizes();
        Q_EMIT changed();
    });
}

void SizeFields::setModel(const ModelSummary& model) {
    model_ = model;
    size_->setEnabled(true);
    ratio_->setEnabled(true);
    fillSizes();
    fillRatios();
    fillSizes(); // now that there is a ratio
}

QSize SizeFields::pixels(const std::string& size, double ratio) const {
    const MapSize last = scaleSchedule(size, ratio).back();
    return QSize(last.width, last.height) * model_->pixelsPerToken;
}

void SizeFields::fillSizes() {
    if (!model_)
        return;
    const double ratio = ratio_->isEmpty() ? 1.0 : ratio_->chosen().toDouble();
    QVector<ChoiceBox::Choice> choices;
    for (const std::string& size : model_->files.sizes) {
        const QString name = QString::fromStdString(size);
        choices += {sizeText(name, pixels(size, ratio)), name};
    }
    size_->setChoices(choices);
}

void SizeFields::fillRatios() {
    if (!model_)
        return;
    const std::string size = size_->chosen().toString().toStdString();
    QVector<ChoiceBox::Choice> choices;
    for (const double ratio : model_->files.aspectRatios) {
        try {
            choices += {aspectText(ratio, pixels(size, ratio)), ratio};
        } catch (const Error&) {
            continue; // a model's description may list ratios that nobody knows
        }
    }
    ratio_->setChoices(choices);
}

double SizeFields::ownSpelling(double wanted) const {
    if (model_)
        for (const double ratio : model_->files.aspectRatios)
            if (sameAspectRatio(ratio, wanted))
                return ratio;
    return wanted;
}

QString SizeFields::setRequest(const GenerationRequest& request) {
    const QString size = QString::fromStdString(request.size);
    const bool sizeKnown = size_->isEmpty() || size_->choose(size);
    const bool ratioKnown = ratio_->isEmpty() || ratio_->choose(ownSpelling(request.aspectRatio));
    QStringList remarks;
    if (!sizeKnown)
        remarks += tr("This model does not draw at size %1; the size stays %2.")
                       .arg(size, size_->chosen().toString());
    if (!ratioKnown)
        remarks += tr("This model does not draw at aspect ratio %1; the ratio stays %2.")
                       .arg(request.aspectRatio)
                       .arg(ratio_->chosen().toDouble());
    return remarks.join(QLatin1Char(' '));
}

void SizeFields::apply(GenerationRequest& request) const {
    if (!size_->isEmpty())
        request.size = size_->chosen().toString().toStdString();
    if (!ratio_->isEmpty())
        request.aspectRatio = ratio_->chosen().toDouble();
}

int SizeFields::scales() const {
    return size_->isEmpty()
               ? 0
               : static_cast<int>(scaleSchedule(size_->chosen().toString().toStdString(), 1.0).size());
}

} // namespace scalekv::ui
