using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>Where a row stands: whose console it is, and the list's filter, which the address keeps.</summary>
public sealed record InboxPlace(ShellContext Shell, InboxFilter Filter);
