using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What a distributor writes to all its customers.</summary>
internal sealed class DemoTemplates(TenantId tenant, UserId owner, DateTimeOffset now)
{
    private const string Opt = "\n\nPara não receber mais, responda SAIR.";

    public IEnumerable<MessageTemplate> Make((MediaId Id, MediaReference File) picture, (MediaId Id, MediaReference File) prices)
    {
        yield return One(
            "Reposição da semana",
            40,
            VariantMix.Shifting,
            null,
            new Variant(
                "A",
                "Oi, {{contact.first_name|tudo bem}}! O caminhão da *{{company.name}}* passa na sua rua na {{campaign.dia|quinta-feira}}. Quer que eu já separe a sua reposição?"
                    + Opt
            ),
            new Variant(
                "B",
                "{{contact.first_name|Olá}}, faltou alguma coisa na prateleira? Na {{campaign.dia|quinta-feira}} entregamos na sua região. Me diga o que precisa que eu anoto."
                    + Opt
            )
        );
        yield return One(
            "Tabela de preços",
            30,
            VariantMix.Fixed,
            new ScheduledFile(prices.Id, new DocumentBody(prices.File)),
            new Variant(
                "A",
                "Oi, {{contact.first_name|tudo bem}}! Segue a nossa tabela de {{campaign.mes}}. Pedidos pelo próprio WhatsApp." + Opt
            )
        );
        yield return One(
            "Oferta da quinzena",
            12,
            VariantMix.Fixed,
            new ScheduledFile(picture.Id, new ImageBody(picture.File)),
            new Variant(
                "A",
                "*Oferta da quinzena* para {{contact.first_name|você}}: {{campaign.produto}} com {{campaign.desconto}} de desconto até sexta."
                    + Opt,
                2
            ),
            new Variant(
                "B",
                "{{contact.first_name|Olá}}, só até sexta: {{campaign.produto}} com {{campaign.desconto}} de desconto. Quer garantir o seu?"
                    + Opt,
                IsProposed: true,
                ApprovedBy: owner
            ),
            new Variant(
                "C",
                "Chegou para a sua loja: {{campaign.produto}}, {{campaign.desconto}} mais barato, _só nesta quinzena_." + Opt,
                IsProposed: true
            )
        );
        yield return One(
            "Sentimos sua falta",
            3,
            VariantMix.Fixed,
            null,
            new Variant(
                "A",
                "Oi, {{contact.first_name|tudo bem}}! Faz um tempo que não nos falamos. Posso ajudar com o próximo pedido? Acima de R$ 800,00 o frete é por nossa conta."
                    + Opt
            )
        );
    }

    private MessageTemplate One(string name, int daysAgo, VariantMix mix, ScheduledFile? file, params Variant[] variants)
    {
        var catalog = new TemplateCatalog(new Dictionary<string, ContactField>(StringComparer.Ordinal), new HashSet<string>());
        var at = now.AddDays(-daysAgo);
        return new MessageTemplate(
            Id.New<TemplateId>(at),
            tenant,
            name,
            new VariantSet(variants, mix),
            file,
            catalog.Asking(variants.Select(v => v.Text)),
            at
        );
    }
}
