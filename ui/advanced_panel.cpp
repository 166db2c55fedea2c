#include "ui/advanced_panel.h"

#include "widgets/number_list_edit.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <cmath>

namespace scalekv::ui {
namespace {

std::vector<double> toStd(const QVector<double>& numbers) {
    return {numbers.begin(), numbers.end()};
}

QVector<double> listOrNone(const std::vector<double>& numbers) {
    return numbers.size() > 1 ? QVector<double>(numbers.begin(), numbers.end()) : QVector<double>();
}

} // namespace

AdvancedPanel::AdvancedPanel(QWidget* parent)
    : QWidget(parent), cfg_(new widgets::NumberListEdit(this)), tau_(new widgets::NumberListEdit(this)),
      guidanceLayers_(new widgets::NumberListEdit(this)), topK_(new QSpinBox(this)),
      topP_(new QDoubleSpinBox(this)), precision_(new QComboBox(this)), device_(new QComboBox(this)) {
    topK_->setRange(0, 100000);
    topK_->setSpecialValueText(tr("off"));
    topP_->setRange(0, 1);
    topP_->setSingleStep(0.01);
    topP_->setDecimals(3);
    topP_->setSpecialValueText(tr("off"));
    cfg_->setPlaceholderText(tr("one number for each scale"));
    tau_->setPlaceholderText(tr("one number for each scale"));
    guidanceLayers_->setPlaceholderText(tr("0: on the result"));
    precision_->addItem(tr("Automatic"), static_cast<int>(Precision::Auto));
    precision_->addItem(QStringLiteral("bf16"), static_cast<int>(Precision::BFloat16));
    precision_->addItem(QStringLiteral("fp32"), static_cast<int>(Precision::Float32));
    device_->addItem(QStringLiteral("cpu"), QStringLiteral("cpu"));

    auto* form = new QFormLayout(this);
    form->setContentsMargins(4, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    const auto addRow = [&](const QString& label, QWidget* field, const QString& toolTip) {
        auto* name = new QLabel(label, this);
        name->setBuddy(field);
        name->setToolTip(toolTip);
        field->setToolTip(toolTip);
        form->addRow(name, field);
    };
    addRow(tr("cfg by scale"), cfg_, tr("Guidance for each scale, coarse to fine. Replaces cfg above."));
    addRow(tr("tau by scale"), tau_, tr("Temperature for each scale, coarse to fine. Replaces tau above."));
    addRow(tr("top-k"), topK_,
           tr("Each bit is drawn from its k likeliest values. A bit has two, so only 1 has an effect: "
              "always the likelier value."));
    addRow(tr("top-p"), topP_,
           tr("A bit's unlikelier value is left out when its probability is at most 1 − p."));
    addRow(tr("Guidance layers"), guidanceLayers_,
           tr("Where guidance is applied: 0 on the transformer's result, −n on the output of the layer n "
              "from the end. "
              "Several may be given."));
    addRow(tr("Precision"), precision_,
           tr("How numbers are computed. Automatic: bf16 where the processor has it (half the memory), else "
              "fp32. "
              "Changing it loads the model again."));
    addRow(tr("Device"), device_,
           tr("What computes: the processor, or a graphics card. Changing it loads the model again."));

    connect(cfg_, &widgets::NumberListEdit::numbersChanged, this, &AdvancedPanel::changed);
    connect(tau_, &widgets::NumberListEdit::numbersChanged, this, &AdvancedPanel::changed);
    connect(guidanceLayers_, &widgets::NumberListEdit::numbersChanged, this, &AdvancedPanel::changed);
    connect(topK_, &QSpinBox::valueChanged, this, &AdvancedPanel::changed);
    connect(topP_, &QDoubleSpinBox::valueChanged, this, &AdvancedPanel::changed);
    connect(precision_, &QComboBox::activated, this, &AdvancedPanel::loadOptionsChanged);
    connect(device_, &QComboBox::activated, this, &AdvancedPanel::loadOptionsChanged);
}

void AdvancedPanel::setRequest(const GenerationRequest& request) {
    cfg_->setNumbers(listOrNone(request.cfg));
    tau_->setNumbers(listOrNone(request.tau));
    guidanceLayers_->setNumbers(
        QVector<double>(request.guidanceLayers.begin(), request.guidanceLayers.end()));
    topK_->setValue(request.topK);
    topP_->setValue(request.topP);
}

void AdvancedPanel::apply(GenerationRequest& request) const {
    if (hasCfgList())
        request.cfg = toStd(cfg_->numbers());
    if (hasTauList())
        request.tau = toStd(tau_->numbers());
    request.topK = topK_->value();
    request.topP = topP_->value();
    request.guidanceLayers.clear();
    for (const double layer : guidanceLayers_->numbers())
        request.guidanceLayers.push_back(static_cast<int>(layer));
    if (request.guidanceLayers.empty())
        request.guidanceLayers = {0};
}

QString AdvancedPanel::problem(int scales, int layers) const {
    const auto listProblem = [scales](const widgets::NumberListEdit& edit, const QString& name) -> QString {
        if (const QString word = edit.firstBadWord(); !word.isEmpty())
            return tr("%1: “%2” is not a number.").arg(name, word);
        const auto count = edit.numbers().size();
        if (count > 1 && count != scales)
            return tr("%1: give one number, or %2 (one for each scale of this size); there are %3.")
                .arg(name)
                .arg(scales)
                .arg(count);
        return {};
    };
    if (const QString text = listProblem(*cfg_, tr("cfg by scale")); !text.isEmpty())
        return text;
    if (const QString text = listProblem(*tau_, tr("tau by scale")); !text.isEmpty())
        return text;
    for (const double tau : tau_->numbers()) {
        if (tau <= 0)
            return tr("tau by scale: every number must be greater than 0.");
    }
    if (const QString word = guidanceLayers_->firstBadWord(); !word.isEmpty())
        return tr("Guidance layers: “%1” is not a number.").arg(word);
    for (const double layer : guidanceLayers_->numbers()) {
        if (layer != std::floor(layer) || layer > 0 || (layers > 0 && layer <= -layers))
            return tr("Guidance layers: give 0, or whole numbers from −1 to −%1 counted from the last layer.")
                .arg(layers - 1);
    }
    return {};
}

bool AdvancedPanel::hasCfgList() const {
    return !cfg_->numbers().isEmpty();
}

bool AdvancedPanel::hasTauList() const {
    return !tau_->numbers().isEmpty();
}

void AdvancedPanel::setDevices(const QStringList& devices) {
    const QSignalBlocker blocker(device_);
    const QString before = device_->currentData().toString();
    device_->clear();
    for (const QString& line : devices) {
        // "cuda:0 NVIDIA …": the first word is the device, the rest its name
        device_->addItem(line, line.section(QLatin1Char(' '), 0, 0));
    }
    device_->setCurrentIndex(std::max(0, device_->findData(before)));
}

LoadOptions AdvancedPanel::loadOptions() const {
    LoadOptions options;
    options.precision = static_cast<Precision>(precision_->currentData().toInt());
    options.device = device_->currentData().toString().toStdString();
    return options;
}

void AdvancedPanel::setLoadOptions(const LoadOptions& options) {
    const QSignalBlocker precisionBlocker(precision_);
    const QSignalBlocker deviceBlocker(device_);
    precision_->setCurrentIndex(precision_->findData(static_cast<int>(options.precision)));
    const QString device = QString::fromStdString(options.device);
    if (device_->findData(device) < 0)
        device_->addItem(device, device); // the devices of this machine may not be known yet
    device_->setCurrentIndex(device_->findData(device));
}

} // namespace scalekv::ui
