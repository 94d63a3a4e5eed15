using System.Globalization;
using Bogus;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>Fills threads with what is said at a distributor's counter, over thirty days; the newest few show every kind of message.</summary>
internal sealed class DemoConversations(
    TenantId tenant,
    IReadOnlyList<UserId> agents,
    DemoFiles files,
    Faker faker,
    Random random,
    DateTimeOffset now
)
{
    private const int Groups = 6;

    public async Task<List<DemoThread>> MakeAsync(
        IReadOnlyList<DemoNumber> numbers,
        List<DemoPerson> people,
        int count,
        CancellationToken ct
    )
    {
        var threads = new List<DemoThread>(count);
        for (var i = 0; i < count - Groups; i++)
        {
            // Half to sales, a third to support, the rest to the number that is banned now.
            var number = numbers[
                i % 6 is 0 or 1 or 3 ? 0
                : i % 6 is 2 or 4 ? 1
                : 2
            ];
            // Minutes ago at first, a month ago at the end.
            var end = now.AddMinutes(-(2 + Math.Pow(i, 2.25)));
            if (number.State == InstanceState.Banned && end > now.AddHours(-3))
            {
                end = now.AddHours(-3).AddMinutes(-i);
            }

            var thread = new DemoThread(tenant, number.Id, people[i], end.AddDays(-random.Next(1, 20)), random);
            await TalkAsync(thread, end, i, ct);
            Close(thread, i, end);
            threads.Add(thread);
        }

        for (var g = 0; g < Groups; g++)
        {
            threads.Add(Group(numbers[g % 2], people.GetRange(count + (g * 5), 5), now.AddHours(-1 - (g * 9)), g));
        }

        return threads;
    }

    private async Task TalkAsync(DemoThread thread, DateTimeOffset end, int index, CancellationToken ct)
    {
        var earlier = index % 3;
        for (var back = earlier; back > 0; back--)
        {
            Say(
                thread,
                end.AddDays(-back * (1 + random.Next(4))).AddMinutes(-random.Next(200)),
                Script(thread, index + (back * 5)),
                cut: 0
            );
        }

        if (index < 12)
        {
            await new DemoShowcase(thread, files, agents[index % agents.Count], random).AddAsync(index, end.AddMinutes(-55), ct);
        }
        else if (index % 4 == 1)
        {
            var (media, reference) = await files.PictureAsync(ct);
            thread.In(end.AddMinutes(-40), new ImageBody(reference, "Segue a foto"), media);
        }

        // Some wait for an answer, some for the customer.
        Say(
            thread,
            end.AddMinutes(-28),
            Script(thread, index),
            cut: index % 3 == 0 ? 2
                : index % 3 == 1 ? 1
                : 0,
            end
        );
    }

    private List<DemoLine> Script(DemoThread thread, int index)
    {
        var product = faker.PickRandom(DemoDialogue.Products.AsEnumerable());
        var price = 20 + (random.NextDouble() * 180);
        var culture = CultureInfo.GetCultureInfo("pt-BR");
        var city = faker.Address.City();
        var order = files.OrderNumber();
        string Fill(string text) =>
            text.Replace("{nome}", thread.Person.FirstName, StringComparison.Ordinal)
                .Replace("{produto}", product, StringComparison.Ordinal)
                .Replace("{qtd}", (5 * (1 + (index % 9))).ToString(culture), StringComparison.Ordinal)
                .Replace("{valor2}", (price * 1.04).ToString("N2", culture), StringComparison.Ordinal)
                .Replace("{valor}", price.ToString("N2", culture), StringComparison.Ordinal)
                .Replace("{pedido}", order, StringComparison.Ordinal)
                .Replace("{cidade}", city, StringComparison.Ordinal);
        return [.. DemoDialogue.All[index % DemoDialogue.All.Count].Select(l => l with { Text = Fill(l.Text) })];
    }

    /// <param name="cut">Lines left unsaid at the end.</param>
    /// <param name="end">When the last line falls; null: as it comes.</param>
    private void Say(DemoThread thread, DateTimeOffset start, List<DemoLine> script, int cut, DateTimeOffset? end = null)
    {
        var lines = script.SkipLast(Math.Min(cut, script.Count - 1)).ToList();
        var author = agents[random.Next(agents.Count)];
        for (var i = 0; i < lines.Count; i++)
        {
            var at = end is { } last ? start + ((last - start) * ((i + 1.0) / lines.Count)) : start.AddSeconds((i * 95) + random.Next(40));
            var whole = DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
            if (lines[i].Ours)
            {
                thread.Out(
                    whole,
                    random.Next(12) == 0 ? null : author,
                    new TextBody(lines[i].Text),
                    Stage(whole, isLast: i == lines.Count - 1)
                );
            }
            else
            {
                thread.In(whole, new TextBody(lines[i].Text));
            }
        }
    }

    private DeliveryState Stage(DateTimeOffset at, bool isLast) =>
        random.Next(isLast ? 4 : 14) switch
        {
            0 => now - at < TimeSpan.FromHours(2) ? DeliveryState.Sent : DeliveryState.Delivered,
            1 => DeliveryState.Delivered,
            _ => DeliveryState.Read,
        };

    private void Close(DemoThread thread, int index, DateTimeOffset end)
    {
        if (index >= 20 && index % 5 is 1 or 3 && index >= 20)
        {
            thread.Status = ConversationStatus.Resolved;
            thread.ResolvedBy = agents[index % agents.Count];
            thread.Line(end.AddMinutes(1), "line.resolved", index % agents.Count == 0 ? "Ana Ribeiro" : "Bruno Teixeira");
        }
        else if (index % 6 == 5)
        {
            thread.Status = ConversationStatus.Pending;
        }
    }

    private DemoThread Group(DemoNumber number, List<DemoPerson> people, DateTimeOffset end, int index)
    {
        string[] titles =
        [
            "Entregas Zona Sul",
            "Fornecedores Aurora",
            "Representantes SP",
            "Promoções VIP",
            "Rota do Vale",
            "Compras coletivas",
        ];
        var thread = new DemoThread(tenant, number.Id, people[0], end.AddDays(-20), random)
        {
            GroupJid = $"1203630{index}48{random.NextInt64(10_000_000, 99_999_999)}@g.us",
            GroupTitle = titles[index],
        };
        string[] said =
        [
            "Bom dia pessoal",
            "Hoje a rota sai às 9h",
            "Beleza, estou no galpão",
            "Alguém confirma o pedido da Vila Mariana?",
            "Confirmado por aqui",
        ];
        for (var i = 0; i < said.Length; i++)
        {
            thread.In(
                DateTimeOffset.FromUnixTimeSeconds(end.AddMinutes(-20 + (i * 4)).ToUnixTimeSeconds()),
                new TextBody(said[i]),
                sender: people[i].Contact.Id
            );
        }

        return thread;
    }
}
