using Microsoft.Extensions.Localization;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Tenancy;

/// <summary>What members, invitations and their log are called.</summary>
internal static class MemberWords
{
    public static string NumbersOf(int? count, IStringLocalizer<TenancyText> texts) =>
        count switch
        {
            null => texts["members.numbers-all"],
            0 => texts["members.numbers-none"],
            1 => texts["members.numbers-one"],
            { } many => texts["members.numbers-some", many],
        };

    public static string LineOf(MemberLogRow row, IStringLocalizer<TenancyText> texts)
    {
        var subject = row.Subject.Length > 0 ? row.Subject : texts["members.link"].Value;
        return row.What switch
        {
            "role-changed" => texts["members.log.role-changed", row.Actor, subject, Role(0), Role(1)],
            "sees-some" => texts["members.log.sees-some", row.Actor, subject, Detail(0)],
            "sees-all" => texts["members.log.sees-all", row.Actor, subject],
            "disabled" => texts["members.log.disabled", row.Actor, subject],
            "enabled" => texts["members.log.enabled", row.Actor, subject],
            "removed" => texts["members.log.removed", row.Actor, subject],
            "sessions-ended" => texts["members.log.sessions-ended", row.Actor, subject],
            "invited" => texts["members.log.invited", row.Actor, subject, Role(0)],
            "invitation-revoked" => texts["members.log.revoked", row.Actor, subject, Role(0)],
            "invitation-restored" => texts["members.log.restored", row.Actor, subject, Role(0)],
            "joined" => texts["members.log.joined", row.Actor, Role(0)],
            // Written by a newer version.
            _ => $"{row.Actor}: {row.What} · {subject}",
        };

        string Detail(int index) => row.Details.ElementAtOrDefault(index) ?? "";
        string Role(int index) => Enum.TryParse<Role>(Detail(index), out var role) ? texts[TenancyText.RoleKey(role)] : Detail(index);
    }

    public static (string Icon, Tone Tone) LookOf(string what) =>
        what switch
        {
            "joined" or "enabled" => ("person_check", Tone.Ok),
            "invited" or "invitation-restored" => ("mail", Tone.Info),
            "disabled" or "removed" => ("person_off", Tone.Warn),
            "invitation-revoked" => ("link_off", Tone.Warn),
            "sessions-ended" => ("logout", Tone.Warn),
            _ => ("manage_accounts", Tone.Info),
        };
}
