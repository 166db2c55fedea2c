#include "ui/generate/vocabulary_dialog.h"

#include "scalekv/prompt_form.h"
#include "widgets/wrapped_label.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <algorithm>

namespace scalekv::ui {
namespace {

using widgets::WrappedLabel;

constexpr int kName = Qt::UserRole, kOthers = Qt::UserRole + 1;

/// The colour that a name means, as the web has it; none for other names.
QIcon swatch(const QString& name, const QPalette& palette) {
    const QColor colour(name);
    if (!colour.isValid())
        return {};
    QPixmap pixmap(14, 14);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette.color(QPalette::Mid));
    painter.setBrush(colour);
    painter.drawRoundedRect(QRectF(0.5, 0.5, 13, 13), 3, 3);
    QIcon icon(pixmap);
    icon.addPixmap(pixmap, QIcon::Selected); // a chosen colour is not tinted
    return icon;
}

/// An object's other name that a text is found in; empty: none, or its own name has it.
QString otherNameWith(const QListWidgetItem& item, const QString& text) {
    if (item.data(kName).toString().contains(text, Qt::CaseInsensitive))
        return {};
    for (const QString& other : item.data(kOthers).toStringList())
        if (other.contains(text, Qt::CaseInsensitive))
            return other;
    return {};
}

bool matches(const QListWidgetItem& item, const QString& text) {
    return item.data(kName).toString().contains(text, Qt::CaseInsensitive) ||
           !otherNameWith(item, text).isEmpty();
}

/// Shows what one of `texts` is found in. Whether there is any.
bool showMatches(QListWidget& list, const QStringList& texts) {
    bool any = false;
    for (int row = 0; row < list.count(); ++row) {
        QListWidgetItem& item = *list.item(row);
        const auto found = std::find_if(texts.begin(), texts.end(),
                                        [&](const QString& text) { return matches(item, text); });
        item.setHidden(found == texts.end());
        const QString other = found == texts.end() ? QString() : otherNameWith(item, *found);
        const QString name = item.data(kName).toString();
        item.setText(other.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, other));
        any |= found != texts.end();
    }
    return any;
}

void showAll(QListWidget& list) {
    for (int row = 0; row < list.count(); ++row) {
        list.item(row)->setHidden(false);
        list.item(row)->setText(list.item(row)->data(kName).toString());
    }
}

/// Chooses `wanted` if it is seen, else the first that is.
void chooseSeen(QListWidget& list, QListWidgetItem* wanted) {
    for (int row = 0; row < list.count() && (!wanted || wanted->isHidden()); ++row)
        if (!list.item(row)->isHidden())
            wanted = list.item(row);
    list.setCurrentItem(wanted);
    list.scrollToItem(wanted);
}

QWidget* titled(QLabel* title, QListWidget* list) {
    auto* part = new QWidget(list->parentWidget());
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    title->setBuddy(list);
    column->addWidget(title);
    column->addWidget(list, 1);
    return part;
}

} // namespace

VocabularyDialog::VocabularyDialog(const Vocabulary& vocabulary, const QString& prompt, QWidget* parent)
    : QDialog(parent), vocabulary_(vocabulary), search_(new QLineEdit(this)), objects_(new QListWidget(this)),
      colours_(new QListWidget(this)), note_(new WrappedLabel(WrappedLabel::Tone::Faint, this)),
      shown_(new WrappedLabel(WrappedLabel::Tone::Plain, this)) {
    setWindowTitle(tr("What this model knows"));
    search_->setObjectName(QStringLiteral("vocabularySearch"));
    search_->setPlaceholderText(tr("Search"));
    search_->setAccessibleName(tr("Search objects and colours"));
    search_->setClearButtonEnabled(true);
    objects_->setObjectName(QStringLiteral("objects"));
    objects_->setAccessibleName(tr("Objects"));
    colours_->setObjectName(QStringLiteral("colours"));
    colours_->setAccessibleName(tr("Colours"));
    note_->setObjectName(QStringLiteral("vocabularyNote"));
    shown_->setObjectName(QStringLiteral("composedPrompt"));
    QFont bold = shown_->font();
    bold.setBold(true);
    shown_->setFont(bold);

    auto* lists = new QHBoxLayout;
    lists->addWidget(titled(new QLabel(tr("&Objects"), this), objects_), 3);
    QWidget* colours = titled(new QLabel(tr("&Colours"), this), colours_);
    lists->addWidget(colours, 2);
    colours->setVisible(promptForm(vocabulary_).find("{colour}") != std::string::npos);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* use = buttons->addButton(tr("Use prompt"), QDialogButtonBox::AcceptRole);
    use->setObjectName(QStringLiteral("usePrompt"));
    use->setDefault(true);
    use->setToolTip(tr("Put it into the form (Enter)"));
    auto* generate = buttons->addButton(tr("&Generate"), QDialogButtonBox::ActionRole);
    generate->setObjectName(QStringLiteral("generatePrompt"));
    generate->setAutoDefault(false);
    generate->setToolTip(tr("Put it into the form and make the picture (Ctrl+Enter)"));
    connect(buttons, &QDialogButtonBox::accepted, this, [this] { take(false); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(generate, &QPushButton::clicked, this, [this] { take(true); });

    auto* column = new QVBoxLayout(this);
    column->addWidget(search_);
    column->addLayout(lists, 1);
    column->addWidget(note_);
    column->addWidget(shown_);
    column->addWidget(buttons);
    resize(440, 480);

    fill();
    chooseThoseIn(prompt);
    const auto show = [this] {
        shown_->say(this->prompt());
        if (filtering_)
            return;
        wantedObject_ = objects_->currentItem();
        wantedColour_ = colours_->currentItem();
    };
    for (QListWidget* list : {objects_, colours_}) {
        connect(list, &QListWidget::currentItemChanged, this, show);
        connect(list, &QListWidget::itemDoubleClicked, this,
                [this] { take(QApplication::keyboardModifiers().testFlag(Qt::ControlModifier)); });
        list->installEventFilter(this);
    }
    search_->installEventFilter(this);
    connect(search_, &QLineEdit::textChanged, this, &VocabularyDialog::filter);
    show();
    sayNote(true);
    search_->setFocus();
}

void VocabularyDialog::fill() {
    for (const std::string& object : vocabulary_.objects) {
        const QString name = QString::fromStdString(object);
        auto* item = new QListWidgetItem(name, objects_);
        item->setData(kName, name);
        const auto others = vocabulary_.aliases.find(object);
        if (others == vocabulary_.aliases.end() || others->second.empty())
            continue;
        QStringList names;
        for (const std::string& other : others->second)
            names += QString::fromStdString(other);
        item->setData(kOthers, names);
        item->setToolTip(
            QStringLiteral("<p>%1</p>")
                .arg(tr("Also called: %1").arg(names.join(QStringLiteral(", "))).toHtmlEscaped()));
    }
    for (const std::string& colour : vocabulary_.colours) {
        const QString name = QString::fromStdString(colour);
        auto* item = new QListWidgetItem(swatch(name, palette()), name, colours_);
        item->setData(kName, name);
    }
}

void VocabularyDialog::chooseThoseIn(const QString& prompt) {
    objects_->setCurrentRow(0);
    colours_->setCurrentRow(0);
    const std::string wanted = prompt.simplified().toStdString();
    const auto& colours = vocabulary_.colours;
    const auto has = [&](const std::string& name) { return wanted.find(name) != std::string::npos; };
    for (std::size_t object = 0; object < vocabulary_.objects.size(); ++object) {
        if (!has(vocabulary_.objects[object]))
            continue;
        for (std::size_t colour = 0; colour < std::max<std::size_t>(colours.size(), 1); ++colour) {
            const std::string& name = colours.empty() ? std::string() : colours[colour];
            if (has(name) && promptOf(vocabulary_, vocabulary_.objects[object], name) == wanted) {
                objects_->setCurrentRow(int(object));
                colours_->setCurrentRow(int(colour));
                return;
            }
        }
    }
}

/// All of the text stands in an object's name, or in a colour's; else its words are looked for one by one
/// ("fox green"). A list in which nothing is found shows everything, for something has to be chosen, and
/// keeps what the user has chosen there: the first letters of an object may be a colour's, too.
void VocabularyDialog::filter() {
    const QScopedValueRollback filtering(filtering_, true);
    const QString text = search_->text().simplified();
    bool inObjects = showMatches(*objects_, {text}), inColours = showMatches(*colours_, {text});
    if (!inObjects && !inColours) {
        const QStringList words = text.split(QLatin1Char(' '));
        inObjects = showMatches(*objects_, words);
        inColours = showMatches(*colours_, words);
    }
    sayNote(inObjects || inColours);
    if (!inObjects)
        showAll(*objects_);
    if (!inColours)
        showAll(*colours_);
    chooseSeen(*objects_, text.isEmpty() ? objects_->currentItem() : wantedObject_);
    chooseSeen(*colours_, text.isEmpty() ? colours_->currentItem() : wantedColour_);
}

void VocabularyDialog::sayNote(bool known) {
    const QLocale locale;
    const int objects = objects_->count(), colours = colours_->count();
    const bool both = promptForm(vocabulary_).find("{colour}") != std::string::npos;
    note_->say(!known ? tr("It knows nothing of that name; here is all that it knows.")
               : both ? tr("%1 objects × %2 colours: %3 prompts")
                            .arg(locale.toString(objects), locale.toString(colours),
                                 locale.toString(qint64(objects) * colours))
                      : tr("%1 objects").arg(locale.toString(objects)));
}

void VocabularyDialog::showEvent(QShowEvent* event) {
    QDialog::showEvent(event);
    for (QListWidget* list : {objects_, colours_}) // now they know how high they are
        list->scrollToItem(list->currentItem(), QAbstractItemView::PositionAtCenter);
}

QString VocabularyDialog::prompt() const {
    const auto chosen = [](const QListWidget* list) {
        return list->currentItem() ? list->currentItem()->data(kName).toString().toStdString()
                                   : std::string();
    };
    return QString::fromStdString(promptOf(vocabulary_, chosen(objects_), chosen(colours_)));
}

void VocabularyDialog::take(bool generate) {
    generate_ = generate;
    accept();
}

/// Arrows in the search field walk through the objects; Enter with Ctrl generates, wherever the keyboard is.
bool VocabularyDialog::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter) {
        take(key->modifiers().testFlag(Qt::ControlModifier));
        return true;
    }
    const bool walks = key->key() == Qt::Key_Up || key->key() == Qt::Key_Down ||
                       key->key() == Qt::Key_PageUp || key->key() == Qt::Key_PageDown;
    if (watched == search_ && walks) {
        QApplication::sendEvent(objects_, event);
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace scalekv::ui
