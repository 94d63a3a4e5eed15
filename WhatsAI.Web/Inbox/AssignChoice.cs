using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notes;

namespace WhatsAI.Web.Inbox;

/// <summary>To whom, as it was chosen in <see cref="AssignDialog"/>: a member, a team, no team any more, or nobody.</summary>
/// <param name="Name">Of the member or the team.</param>
/// <param name="Note">What its next reader should know; null: nothing.</param>
public sealed record AssignChoice(string Name, UserId? Assignee, TeamId? Team, bool LeavesTeam, TransferNote? Note = null);
