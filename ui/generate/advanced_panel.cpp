#include "ui/generate/advanced_panel.h"

#include "ui/generate/form_history.h"
#include "widgets/choice_box.h"
#include "widgets/exact_number_box.h"
#include "widgets/marked_field.h"
#include "widgets/number_list_edit.h"
#include "widgets/wheel_guard.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <cmath>
#include <limits>

namespace scalekv::ui {
namespace {

using widgets::ChoiceBox;
using widgets::ExactNumberBox;
using widgets::MarkedField;
using widgets::NumberListEdit;

std::vector<double> toStd(const QVector<double>& numbers) {
    return {numbers.begin(), numbers.end()};
}

QVector<double> listOrNone(const std::vector<double>& numbers) {
    return numbers.size() > 1 ? QVector<double>(numbers.begin(), numbers.end()) : QVector<double>();
}

/// As an int that is as far out of range as the number is.
int toLayer(double number) {
    return static_cast<int>(std::clamp(number, -1e9, 1e9));
}

/// For a message: what was typed may be long.
QString quoted(const QString& word) {
    constexpr int kLongest = 20;
    return word.size() <= kLongest ? word : word.left(kLongest) + QChar(0x2026);
}

QString wordProblem(const NumberListEdit& edit) {
    const QString word = edit.firstBadWord();
    return word.isEmpty() ? QString() : AdvancedPanel::tr("“%1” is not a number.").arg(quoted(word));
}

/// A list of cfg or tau, which is that field of the request.
QString scaleListProblem(const NumberListEdit& edit, std::vector<double> GenerationRequest::*field,
                         const SettingTerms& terms) {
    QString text = wordProblem(edit);
    if (!text.isEmpty() || edit.numbers().isEmpty())
        return text;
    return problemOf([&](GenerationRequest& request) { request.*field = toStd(edit.numbers()); }, terms);
}

QString layersProblem(const NumberListEdit& edit, const SettingTerms& terms) {
    if (QString text = wordProblem(edit); !text.isEmpty() || edit.numbers().isEmpty())
        return text;
    std::vector<int> layers;
    for (const double layer : edit.numbers()) {
        if (layer != std::floor(layer))
            return AdvancedPanel::tr("Layers are whole numbers.");
        layers.push_back(toLayer(layer));
    }
    return problemOf([&](GenerationRequest& request) { request.guidanceLayers = layers; }, terms);
}

} // namespace

AdvancedPanel::AdvancedPanel(QWidget* parent)
    : QWidget(parent), cfg_(new NumberListEdit(this)), tau_(new NumberListEdit(this)),
      guidanceLayers_(new NumberListEdit(this)), topK_(new QSpinBox(this)), topP_(new ExactNumberBox(this)),
      markedCfg_(new MarkedField(cfg_, this)), markedTau_(new MarkedField(tau_, this)),
      markedTopP_(new MarkedField(topP_, this)), markedLayers_(new MarkedField(guidanceLayers_, this)),
      precision_(new QComboBox(this)), device_(new ChoiceBox(this)) {
    topK_->setRange(0, std::numeric_limits<int>::max());
    topK_->setSpecialValueText(tr("off"));
    topK_->setMinimumWidth(topP_->minimumSizeHint().width()); // not ten digits' worth
    topP_->setSteps(0, 1, 100);
    topP_->setZeroName(tr("off"));
    cfg_->setObjectName(QStringLiteral("cfgByScale"));
    tau_->setObjectName(QStringLiteral("tauByScale"));
    guidanceLayers_->setObjectName(QStringLiteral("guidanceLayers"));
    device_->setObjectName(QStringLiteral("device"));
    topK_->setObjectName(QStringLiteral("topK"));
    topP_->setObjectName(QStringLiteral("topP"));
    cfg_->setPlaceholderText(tr("one a scale"));
    tau_->setPlaceholderText(tr("one a scale"));
    guidanceLayers_->setPlaceholderText(tr("0: on the result"));
    precision_->addItem(tr("Automatic"), static_cast<int>(Precision::Auto));
    precision_->addItem(QStringLiteral("bf16"), static_cast<int>(Precision::BFloat16));
    precision_->addItem(QStringLiteral("fp32"), static_cast<int>(Precision::Float32));
    setDevices({QStringLiteral("cpu")});

    auto* form = new QFormLayout(this);
    form->setContentsMargins(4, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    const auto addRow = [&](const QString& label, QWidget* field, const QString& toolTip) {
        auto* name = new QLabel(label, this);
        const auto* marked = qobject_cast<MarkedField*>(field);
        const auto* choice = qobject_cast<ChoiceBox*>(field);
        name->setBuddy(marked ? marked->field() : choice ? choice->box() : field);
        name->setToolTip(toolTip);
        field->setToolTip(toolTip);
        form->addRow(name, field);
    };
    addRow(tr("Follow by scale"), markedCfg_,
           tr("cfg, classifier-free guidance: a number for each scale, coarse to fine, instead of the one "
              "above."));
    addRow(tr("Variety by scale"), markedTau_,
           tr("tau, the temperature of the random draw: a number for each scale, coarse to fine, instead of "
              "the one above."));
    addRow(tr("top-k"), topK_,
           tr("Each bit is drawn from its k likeliest values. A bit has two, so only 1 has an effect: "
              "always the likelier value."));
    addRow(tr("top-p"), markedTopP_,
           tr("A bit's unlikelier value is left out when its probability is at most 1 − p."));
    addRow(tr("Guidance layers"), markedLayers_,
           tr("Where guidance is applied: 0 on the transformer's result, −n on the output of the layer n "
              "from the end. "
              "Several may be given."));
    addRow(tr("Precision"), precision_,
           tr("How numbers are computed. Automatic: bf16 where the processor has it (half the memory), else "
              "fp32. "
              "Changing it loads the model again."));
    addRow(tr("Device"), device_,
           tr("What computes: the processor, or a graphics card. Changing it loads the model again."));

    for (QWidget* field :
         {static_cast<QWidget*>(topK_), static_cast<QWidget*>(topP_), static_cast<QWidget*>(precision_)})
        widgets::guardWheel(field);
    for (QComboBox* box : {precision_, device_->box()}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
    }

    for (const NumberListEdit* list : {cfg_, tau_, guidanceLayers_})
        connect(list, &NumberListEdit::numbersChanged, this, &AdvancedPanel::changed);
    connect(topK_, &QSpinBox::valueChanged, this, &AdvancedPanel::changed);
    connect(topP_, &ExactNumberBox::valueChanged, this, &AdvancedPanel::changed);
    connect(precision_, &QComboBox::activated, this, &AdvancedPanel::loadOptionsChanged);
    connect(device_, &ChoiceBox::chosenChanged, this, &AdvancedPanel::loadOptionsChanged);
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
        request.guidanceLayers.push_back(toLayer(layer)); // checked later
    if (request.guidanceLayers.empty())
        request.guidanceLayers = {0};
}

FieldProblem AdvancedPanel::check(int scales, int layers) {
    struct Checked {
        MarkedField* field;
        QString name, problem;
    };
    SettingTerms terms;
    if (scales > 0)
        terms.scales = scales;
    if (layers > 0)
        terms.layers = layers;
    FieldProblem first;
    for (const auto& [field, name, problem] : std::initializer_list<Checked>{
             {markedCfg_, tr("Follow by scale (cfg)"),
              scaleListProblem(*cfg_, &GenerationRequest::cfg, terms)},
             {markedTau_, tr("Variety by scale (tau)"),
              scaleListProblem(*tau_, &GenerationRequest::tau, terms)},
             {markedTopP_, tr("top-p"),
              problemOf([&](GenerationRequest& request) { request.topP = topP_->value(); })},
             {markedLayers_, tr("Guidance layers"), layersProblem(*guidanceLayers_, terms)}}) {
        field->setProblem(problem);
        if (!problem.isEmpty() && first.text.isEmpty())
            first = {field->field(), QStringLiteral("%1: %2").arg(name, problem)};
    }
    return first;
}

void AdvancedPanel::follow(FormHistory& history) {
    const auto followLine = [&history](NumberListEdit* line, const QString& what) {
        history.follow(line, what, &QLineEdit::textChanged, &QLineEdit::text, &QLineEdit::setText);
    };
    followLine(cfg_, tr("“Follow by scale”"));
    followLine(tau_, tr("“Variety by scale”"));
    history.follow(topK_, tr("top-k"), &QSpinBox::valueChanged, &QSpinBox::value, &QSpinBox::setValue);
    history.follow(topP_, tr("top-p"), &ExactNumberBox::textChanged, &ExactNumberBox::text,
                   &ExactNumberBox::setText);
    followLine(guidanceLayers_, tr("the guidance layers"));
}

QWidget* AdvancedPanel::cfgList() const {
    return cfg_;
}

QWidget* AdvancedPanel::tauList() const {
    return tau_;
}

bool AdvancedPanel::hasCfgList() const {
    return !cfg_->numbers().isEmpty();
}

bool AdvancedPanel::hasTauList() const {
    return !tau_->numbers().isEmpty();
}

void AdvancedPanel::setDevices(const QStringList& devices) {
    QVector<ChoiceBox::Choice> choices;
    for (const QString& line : devices) // "cuda:0 NVIDIA …": the first word is the device, the rest its name
        choices += {line, line.section(QLatin1Char(' '), 0, 0)};
    device_->setChoices(choices);
    devices_ = devices;
}

LoadOptions AdvancedPanel::loadOptions() const {
    LoadOptions options;
    options.precision = static_cast<Precision>(precision_->currentData().toInt());
    options.device = device_->chosen().toString().toStdString();
    return options;
}

void AdvancedPanel::setLoadOptions(const LoadOptions& options) {
    const QSignalBlocker precisionBlocker(precision_);
    const QSignalBlocker deviceBlocker(device_);
    precision_->setCurrentIndex(precision_->findData(static_cast<int>(options.precision)));
    const QString device = QString::fromStdString(options.device);
    if (!device_->choose(device)) { // the devices of this machine may not be known yet
        setDevices(devices_ + QStringList{device});
        device_->choose(device);
    }
}

} // namespace scalekv::ui
