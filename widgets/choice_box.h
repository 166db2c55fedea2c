#pragma once

#include <QVariant>
#include <QVector>
#include <QWidget>

class QComboBox;
class QStackedLayout;

namespace scalekv::widgets {

class ElidedLabel;

/// A list to choose from; where there is only one thing, plain text, for then there is nothing to choose.
class ChoiceBox : public QWidget {
    Q_OBJECT
public:
    struct Choice {
        QString text;
        QVariant data;
    };

    explicit ChoiceBox(QWidget* parent = nullptr);

    /// Keeps what was chosen, if it is offered again; else the first. Tells nobody.
    void setChoices(const QVector<Choice>& choices);
    bool isEmpty() const;
    /// Invalid if there is nothing to choose from.
    QVariant chosen() const;
    QString chosenText() const;
    /// False, and nothing is changed, if this is not offered.
    bool choose(const QVariant& choice);
    QComboBox* box() const { return box_; }

Q_SIGNALS:
    void chosenChanged();

private:
    QComboBox* box_;
    ElidedLabel* plain_;
    QStackedLayout* either_;
};

} // namespace scalekv::widgets
