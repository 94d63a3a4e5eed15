using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>Where a row stands: whose console it is, the list's filter, which the address keeps, and what labels are called.</summary>
public sealed record InboxPlace(ShellContext Shell, InboxFilter Filter, IReadOnlyList<InboxLabel> Labels);
