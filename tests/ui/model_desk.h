#pragma once

#include "ui/shell/model_opener.h"
#include "widgets/message_bar.h"

/// What a form needs to offer models, with none to offer.
struct ModelDesk {
    scalekv::widgets::MessageBar messages;
    scalekv::ui::EngineSession session;
    scalekv::ui::RecentModels recent{QString()};
    scalekv::ui::ModelOpener models{session, recent, messages, QString()};
};
