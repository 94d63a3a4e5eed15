using Microsoft.Extensions.Localization;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Instances;

/// <summary>Numbers in the command palette, by name or by digits, and the way to connect one.</summary>
public sealed class NumberCommands(InstanceQueries queries, CurrentMember member, IStringLocalizer<InstancesText> texts) : ICommandSource
{
    public async Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken)
    {
        if (!member.Allows(Permission.NumbersRead) || query.Text.Length == 0)
        {
            return [];
        }

        var commands = (await queries.NamesAsync(overtaken))
            .Select(n =>
                Command.Go(
                    texts["palette.group"],
                    "smartphone",
                    n.Name,
                    query.Shell.Path($"numbers/{n.Id}"),
                    PhoneNumber.TryParse(n.Phone, out var phone) ? phone.Format() : null
                )
            )
            .ToList();
        if (member.Allows(Permission.NumbersManage))
        {
            commands.Add(Command.Go(texts["palette.group"], "add", texts["palette.connect"], query.Shell.Path("numbers?connect=new")));
        }

        var digits = new string([.. query.Text.Where(char.IsAsciiDigit)]);
        return digits.Length >= 4 && digits.Length >= query.Text.Length / 2
            ? [.. commands.Where(c => Digits(c.Detail).Contains(digits, StringComparison.Ordinal)).Take(6)]
            : FuzzyMatch.Best(commands, query.Text);
    }

    private static string Digits(string? text) => new([.. (text ?? "").Where(char.IsAsciiDigit)]);
}
