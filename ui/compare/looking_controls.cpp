#include "ui/compare/looking_controls.h"

#include "widgets/focus_buttons.h"
#include "widgets/wheel_guard.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>

#include <bit>

namespace scalekv::ui {

using widgets::ComparisonView;
using widgets::DifferenceChannel;
using Mode = ComparisonView::Mode;

namespace {
constexpr int kSliderSteps = 100;
constexpr char kLookModeKey[] = "compare/mode", kIntervalKey[] = "compare/blinkInterval",
               kOpacityKey[] = "compare/opacity", kGainKey[] = "compare/gain",
               kChannelKey[] = "compare/channel";
} // namespace

ModeButtons::ModeButtons(ComparisonView& view, QWidget* parent)
    : QWidget(parent), group_(new QButtonGroup(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    const auto add = [&](Mode mode, const QString& text, const char* name, const QString& toolTip) {
        auto* button = new widgets::FocusToolButton(this);
        button->setText(text);
        button->setObjectName(QLatin1String(name));
        button->setToolTip(toolTip);
        button->setCheckable(true);
        button->setChecked(view.mode() == mode);
        button->setFocusPolicy(Qt::TabFocus);
        group_->addButton(button, static_cast<int>(mode));
        layout->addWidget(button);
    };
    add(Mode::SideBySide, tr("Side by side"), "sideBySide", tr("All pictures beside each other (S)"));
    add(Mode::Swipe, tr("Swipe"), "swipe",
        tr("The chosen picture over the reference, with a handle between them (W; arrows move it)"));
    add(Mode::Blink, tr("Blink"), "blink",
        tr("The chosen picture and the reference in turn, so that the eye catches what moves (B; Space stops "
           "it)"));
    add(Mode::OnionSkin, tr("Onion skin"), "onionSkin",
        tr("The chosen picture half transparent over the reference (O; arrows change how much)"));
    add(Mode::Difference, tr("Difference"), "difference",
        tr("What every picture differs in from the reference, magnified; grey is equal (D; [ and ] "
           "magnify)"));
    connect(group_, &QButtonGroup::idClicked, &view, [&view](int mode) { view.setMode(Mode(mode)); });
    connect(&view, &ComparisonView::settingsChanged, this,
            [this, &view] { group_->button(static_cast<int>(view.mode()))->setChecked(true); });
}

ModeSettings::ModeSettings(ComparisonView& view, QWidget* parent)
    : QWidget(parent), view_(view), pages_(new QStackedWidget(this)),
      swipe_(new QSlider(Qt::Horizontal, this)), opacity_(new QSlider(Qt::Horizontal, this)),
      opacityText_(new QLabel(this)), gainText_(new QLabel(this)), blinking_(new QPushButton(this)),
      interval_(new QSpinBox(this)), gain_(new QSlider(Qt::Horizontal, this)), channel_(new QComboBox(this)) {
    const auto slider = [](QSlider* field, int most, const char* objectName, const QString& name) {
        field->setRange(0, most);
        field->setFixedWidth(130);
        field->setObjectName(QLatin1String(objectName));
        field->setAccessibleName(name);
        field->setToolTip(name);
    };
    slider(swipe_, kSliderSteps, "swipeAt", tr("Where the handle is"));
    slider(opacity_, kSliderSteps, "opacity", tr("How much of the chosen picture is seen"));
    slider(gain_, std::countr_zero(unsigned(ComparisonView::kLargestGain)), "gain",
           tr("How much differences are magnified"));
    gain_->setPageStep(1);
    gain_->setTickPosition(QSlider::TicksBelow);
    blinking_->setObjectName(QStringLiteral("blinking"));
    interval_->setObjectName(QStringLiteral("blinkInterval"));
    interval_->setRange(100, 5000);
    interval_->setSingleStep(100);
    interval_->setSuffix(tr(" ms"));
    interval_->setAccessibleName(tr("How long each picture stays"));
    interval_->setToolTip(interval_->accessibleName());
    channel_->setObjectName(QStringLiteral("channel"));
    channel_->setAccessibleName(tr("Of which colours"));
    channel_->addItem(tr("all channels"), int(DifferenceChannel::Rgb));
    channel_->addItem(tr("red"), int(DifferenceChannel::Red));
    channel_->addItem(tr("green"), int(DifferenceChannel::Green));
    channel_->addItem(tr("blue"), int(DifferenceChannel::Blue));
    channel_->addItem(tr("luminance"), int(DifferenceChannel::Luminance));
    for (QWidget* field : QList<QWidget*>{interval_, channel_})
        widgets::guardWheel(field);

    pages_->addWidget(row({})); // in the order of Mode
    pages_->addWidget(row({swipe_}));
    pages_->addWidget(row({blinking_, interval_}));
    pages_->addWidget(row({opacityText_, opacity_}));
    pages_->addWidget(row({channel_, gainText_, gain_}));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(pages_);

    connect(swipe_, &QSlider::valueChanged, &view_,
            [this](int value) { view_.setSwipe(double(value) / kSliderSteps); });
    connect(opacity_, &QSlider::valueChanged, &view_,
            [this](int value) { view_.setOpacity(double(value) / kSliderSteps); });
    connect(blinking_, &QPushButton::clicked, &view_, [this] { view_.setBlinking(!view_.isBlinking()); });
    connect(interval_, &QSpinBox::valueChanged, &view_, &ComparisonView::setBlinkInterval);
    connect(gain_, &QSlider::valueChanged, &view_, [this](int value) { view_.setGain(1 << value); });
    connect(channel_, &QComboBox::activated, &view_,
            [this] { view_.setChannel(DifferenceChannel(channel_->currentData().toInt())); });
    connect(&view_, &ComparisonView::settingsChanged, this, &ModeSettings::follow);
    follow();
}

QWidget* ModeSettings::row(const QList<QWidget*>& fields) {
    auto* page = new QWidget(pages_);
    auto* layout = new QHBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addStretch(1);
    for (QWidget* field : fields)
        layout->addWidget(field);
    return page;
}

void ModeSettings::follow() {
    const QSignalBlocker blockers[]{QSignalBlocker(swipe_), QSignalBlocker(opacity_),
                                    QSignalBlocker(interval_), QSignalBlocker(gain_),
                                    QSignalBlocker(channel_)};
    pages_->setCurrentIndex(static_cast<int>(view_.mode()));
    setVisible(view_.mode() != Mode::SideBySide); // there is nothing to set
    swipe_->setValue(qRound(view_.swipe() * kSliderSteps));
    opacity_->setValue(qRound(view_.opacity() * kSliderSteps));
    opacityText_->setText(tr("%1 %").arg(opacity_->value()));
    interval_->setValue(view_.blinkInterval());
    blinking_->setText(view_.isBlinking() ? tr("Hold") : tr("Blink"));
    blinking_->setToolTip(view_.isBlinking() ? tr("Stop blinking; ← and → then show one or the other (Space)")
                                             : tr("Blink again (Space)"));
    gain_->setValue(std::bit_width(unsigned(view_.gain())) - 1);
    gainText_->setText(tr("× %1").arg(view_.gain()));
    channel_->setCurrentIndex(channel_->findData(int(view_.channel())));
}

void ModeSettings::restore() {
    const QSettings settings;
    view_.setBlinkInterval(settings.value(QLatin1String(kIntervalKey), view_.blinkInterval()).toInt());
    view_.setOpacity(settings.value(QLatin1String(kOpacityKey), view_.opacity()).toDouble());
    view_.setGain(settings.value(QLatin1String(kGainKey), view_.gain()).toInt());
    const int channel = settings.value(QLatin1String(kChannelKey)).toInt();
    if (channel_->findData(channel) >= 0)
        view_.setChannel(DifferenceChannel(channel));
    const int mode = settings.value(QLatin1String(kLookModeKey)).toInt();
    if (mode >= 0 && mode < pages_->count())
        view_.setMode(Mode(mode));
    follow();
}

void ModeSettings::save() const {
    QSettings settings;
    settings.setValue(QLatin1String(kIntervalKey), view_.blinkInterval());
    settings.setValue(QLatin1String(kOpacityKey), view_.opacity());
    settings.setValue(QLatin1String(kGainKey), view_.gain());
    settings.setValue(QLatin1String(kChannelKey), int(view_.channel()));
    settings.setValue(QLatin1String(kLookModeKey), static_cast<int>(view_.mode()));
}

} // namespace scalekv::ui
