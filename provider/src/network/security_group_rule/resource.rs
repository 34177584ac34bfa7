//! The two resources around the one mechanism.

/// Makes a resource of the shared mechanism: what the direction is called, and which it is.
macro_rules! rule_resource {
    ($(#[doc = $doc:literal])+ $name:ident, $type:literal, $direction:expr) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq)]
        pub(crate) struct $name(Rule);

        impl tfplugin::model::Model for $name {
            fn block() -> tfplugin::schema::Block {
                let description = [$($doc.trim_start()),+].join("\n");
                tfplugin::schema::Block { description, ..<Rule as tfplugin::model::Model>::block() }
            }

            fn decode_fields(object: &Value, path: &Path, found: &mut Diagnostics) -> Self {
                Self(Rule::decode_fields(object, path, found))
            }

            fn encode_fields(&self) -> Value {
                self.0.encode_fields()
            }

            fn same_fields(&self, other: &Self) -> bool {
                self.0.same_fields(&other.0)
            }

            fn check_fields(&self, path: &Path, found: &mut Diagnostics) {
                self.0.check_fields(path, found);
            }

            fn settle_fields(new: &Value, old: &Value) -> Value {
                Rule::settle_fields(new, old)
            }
        }

        impl Resource for $name {
            const TYPE: &'static str = $type;
            type Client = Client;

            fn validate(&self, check: &mut Check) {
                self.0.validate(check);
            }

            async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
                let prior = plan.prior.as_ref().map(|rule| &rule.0);
                let replacing = Rule::plan($direction, prior, &mut plan.planned.0, cx)?;
                if let Some(attribute) = replacing {
                    plan.require_replace(attribute);
                }
                Ok(())
            }

            async fn create(self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
                self.0.create($direction, cx, |rule| saved.save(&Self(rule.clone()))).await.map(Self)
            }

            async fn read(self, cx: &Cx<Client>) -> Result<Option<Self>> {
                Ok(self.0.read($direction, cx).await?.map(Self))
            }

            async fn update(self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
                self.0.update(prior.0, cx, |rule| saved.save(&Self(rule.clone()))).await.map(Self)
            }

            async fn delete(self, cx: &Cx<Client>) -> Result<()> {
                self.0.delete($direction, cx).await
            }

            async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
                Rule::import(&id).map(Self)
            }
        }
    };
}

pub(in crate::network) use rule_resource;
